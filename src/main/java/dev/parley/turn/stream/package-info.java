/** The event stream of a turn: its text, its numbered events and its subscribers. */
@NullMarked
package dev.parley.turn.stream;

import org.jspecify.annotations.NullMarked;
