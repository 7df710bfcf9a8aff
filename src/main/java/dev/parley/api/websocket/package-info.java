/** What modules share for the WebSocket: what it asks of them, and the secrets of a handshake. */
@NullMarked
package dev.parley.api.websocket;

import org.jspecify.annotations.NullMarked;
