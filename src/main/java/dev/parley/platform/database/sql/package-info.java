/** SQL without an ORM for the statements that every turn sends, and the meaning of SQL errors. */
@NullMarked
package dev.parley.platform.database.sql;

import org.jspecify.annotations.NullMarked;
