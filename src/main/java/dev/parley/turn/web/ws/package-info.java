/** Turns over WebSocket. */
@NullMarked
package dev.parley.turn.web.ws;

import org.jspecify.annotations.NullMarked;
