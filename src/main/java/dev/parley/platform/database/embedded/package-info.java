/** The PostgreSQL of its own that Parley starts where none is configured, for trying it out. */
@NullMarked
package dev.parley.platform.database.embedded;

import org.jspecify.annotations.NullMarked;
