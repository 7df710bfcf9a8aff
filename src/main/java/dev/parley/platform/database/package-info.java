/** What PostgreSQL's failures mean, and which of them may pass. */
@NullMarked
package dev.parley.platform.database;

import org.jspecify.annotations.NullMarked;
