/** Commands that work on the database directly. */
@NullMarked
package dev.parley.cli.local;

import org.jspecify.annotations.NullMarked;
