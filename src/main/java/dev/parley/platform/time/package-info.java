/** The clock of the application. */
@NullMarked
package dev.parley.platform.time;

import org.jspecify.annotations.NullMarked;
