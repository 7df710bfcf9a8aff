/** Follows a turn's events from any replica, while the turn runs and after it has ended. */
@NullMarked
package dev.parley.turn.stream.remote;

import org.jspecify.annotations.NullMarked;
