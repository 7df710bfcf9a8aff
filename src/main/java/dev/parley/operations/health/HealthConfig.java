package dev.parley.operations.health;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the probes wait. Kubernetes must wait longer: see {@code k8s/base}. */
@ConfigMapping(prefix = "parley.health")
public interface HealthConfig {

    /**
     * How long the liveness probe waits for progress of each part of the process. Progress since
     * the last probe counts, too.
     */
    @WithDefault("3s")
    Duration livenessTimeout();

    /** How long the database may take to answer the readiness probe. */
    @WithDefault("1s")
    Duration readinessTimeout();
}
