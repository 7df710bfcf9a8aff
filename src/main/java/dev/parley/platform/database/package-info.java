/** Access to PostgreSQL: SQL errors, group commit, the embedded server and schema migration. */
@NullMarked
package dev.parley.platform.database;

import org.jspecify.annotations.NullMarked;
