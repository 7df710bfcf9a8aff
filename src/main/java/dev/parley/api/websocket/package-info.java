/** What the WebSocket asks of other modules. */
@NullMarked
package dev.parley.api.websocket;

import org.jspecify.annotations.NullMarked;
