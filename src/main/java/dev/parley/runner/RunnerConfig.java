package dev.parley.runner;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When a runner is taken for dead. The same on all replicas. */
@ConfigMapping(prefix = "parley.runner")
public interface RunnerConfig {

    /** A runner that the database has not heard of for so long has lost its turns. */
    @WithDefault("30s")
    Duration lease();

    /** How often it makes itself heard; several times within a lease. */
    @WithDefault("5s")
    Duration beat();
}
