/** The schema and its migration at start. */
@NullMarked
package dev.parley.platform.database.migration;

import org.jspecify.annotations.NullMarked;
