package dev.parley.platform.cluster;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When a runner loses its lease. Use the same values on all replicas. */
@ConfigMapping(prefix = "parley.runner")
public interface RunnerConfig {

    /** A runner without a heartbeat for this long loses its turns to the other replicas. */
    @WithDefault("30s")
    Duration leaseDuration();

    /** How often a runner sends its heartbeat; several times within a lease. */
    @WithDefault("5s")
    Duration heartbeatInterval();
}
