package dev.parley.turn.web.ws;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/**
 * Limits of WebSockets. Parley pings each WebSocket every {@code
 * quarkus.websockets-next.server.auto-ping-interval}.
 */
@ConfigMapping(prefix = "parley.websocket")
public interface WebSocketConfig {

    /**
     * Maximum number of WebSockets that one process keeps open; a further WebSocket is closed with
     * code 1013.
     */
    @WithDefault("10000")
    @Min(1)
    int maxOpen();

    /** Maximum number of turns that one WebSocket follows at once. */
    @WithDefault("16")
    @Min(1)
    int maxTurns();

    /** A WebSocket that sends nothing for this long, not even a pong, is closed. */
    @WithDefault("60s")
    Duration pongTimeout();

    /** A WebSocket that follows no turn and sends no message for this long is closed. */
    @WithDefault("15m")
    Duration idleTimeout();
}
