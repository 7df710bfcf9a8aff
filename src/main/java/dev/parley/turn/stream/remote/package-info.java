/** Follows a turn from any replica, during it and after it. */
@NullMarked
package dev.parley.turn.stream.remote;

import org.jspecify.annotations.NullMarked;
