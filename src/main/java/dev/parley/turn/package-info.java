/** The heart: opens a turn, lets the agent think while nothing is held, settles it. */
@NullMarked
package dev.parley.turn;

import org.jspecify.annotations.NullMarked;
