package dev.parley.turn.web;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/**
 * Bounds of sockets. Each is pinged every {@code
 * quarkus.websockets-next.server.auto-ping-interval}.
 */
@ConfigMapping(prefix = "parley.socket")
public interface SocketConfig {

    /** Sockets that are open at once in this process; a further one is closed with 1013. */
    @WithDefault("10000")
    @Min(1)
    int maxOpen();

    /** Turns that one socket follows at once. */
    @WithDefault("16")
    @Min(1)
    int maxTurns();

    /** A socket of which nothing was heard for so long, not even a pong, is dead. */
    @WithDefault("60s")
    Duration deadAfter();

    /** A socket that follows nothing and asks nothing for so long is closed. */
    @WithDefault("15m")
    Duration idleAfter();
}
