/** Follows a turn from any replica, during it and after it. */
@NullMarked
package dev.parley.turn.follow;

import org.jspecify.annotations.NullMarked;
