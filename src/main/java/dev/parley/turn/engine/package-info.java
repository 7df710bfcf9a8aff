/** The turn engine: opens a turn, runs its agent on a virtual thread, and settles it. */
@NullMarked
package dev.parley.turn.engine;

import org.jspecify.annotations.NullMarked;
