/** What time it is, and one producer of the clock that tells it. */
@NullMarked
package dev.parley.time;

import org.jspecify.annotations.NullMarked;
