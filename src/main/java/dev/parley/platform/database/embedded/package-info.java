/** The PostgreSQL that Parley starts when no database is configured, for trying Parley out. */
@NullMarked
package dev.parley.platform.database.embedded;

import org.jspecify.annotations.NullMarked;
