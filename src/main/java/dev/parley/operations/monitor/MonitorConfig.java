package dev.parley.operations.monitor;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often the monitors measure, and from which value on they log a warning. */
@ConfigMapping(prefix = "parley.monitor")
public interface MonitorConfig {

    /** How often the connection pool is checked. */
    @WithDefault("1m")
    Duration poolInterval();

    /** A connection that is checked out longer is logged, with the code that took it. */
    @WithDefault("10s")
    Duration connectionHeldWarnThreshold();

    /** How often the event loops are measured. */
    @WithDefault("30s")
    Duration eventLoopInterval();

    /** Lag of an event loop. */
    @WithDefault("200ms")
    Duration eventLoopLagWarnThreshold();

    /** Tasks that wait for an event loop or for the worker pool. */
    @WithDefault("100")
    int queueLengthWarnThreshold();
}
