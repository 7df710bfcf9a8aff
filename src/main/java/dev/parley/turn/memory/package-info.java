/** How much of the heap the turns in flight take. */
@NullMarked
package dev.parley.turn.memory;

import org.jspecify.annotations.NullMarked;
