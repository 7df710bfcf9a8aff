/** Ends or resumes the turns of runners that crashed, and turns that are stuck. */
@NullMarked
package dev.parley.turn.recovery;

import org.jspecify.annotations.NullMarked;
