package dev.parley.health;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What the monitors look at, how often, and what they find worth a line. */
@ConfigMapping(prefix = "parley.monitor")
public interface MonitorConfig {

    @WithDefault("1m")
    Duration poolEvery();

    /** A connection that is held longer is told of, with the place that took it. */
    @WithDefault("10s")
    Duration heldTooLong();

    @WithDefault("30s")
    Duration eventLoopsEvery();

    /** Lag of an event loop that is told of. */
    @WithDefault("200ms")
    Duration lagTold();

    /** Tasks that wait for an event loop, or for the worker pool, that are told of. */
    @WithDefault("100")
    int waitingTold();
}
