/** What time it is, and one producer of the clock that tells it. */
@NullMarked
package dev.parley.platform.time;

import org.jspecify.annotations.NullMarked;
