package dev.parley.turn.web.ws;

import io.quarkus.runtime.configuration.MemorySize;
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

    /**
     * Maximum number of WebSockets that one process keeps open for one account; a further WebSocket
     * is closed with code 1013.
     */
    @WithDefault("32")
    @Min(1)
    int maxPerAccount();

    /**
     * Maximum number of WebSockets that one process keeps open for one client address, or one IPv6
     * network of 64 bits; a further WebSocket is closed with code 1013. Behind a proxy that {@code
     * parley.http.trusted-proxies} does not name, all clients have the address of the proxy.
     */
    @WithDefault("1000")
    @Min(1)
    int maxPerAddress();

    /**
     * Maximum size of the messages that wait on one WebSocket while an earlier message is executed;
     * a WebSocket whose client sends more is closed with code 1008. Not less than {@code
     * quarkus.websockets-next.server.max-message-size}, the bound of a single message.
     */
    @WithDefault("512K")
    MemorySize maxQueuedSize();

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
