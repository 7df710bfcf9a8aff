package dev.parley.operations.health;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the probes wait. Kubernetes must wait longer: 5 s in {@code k8s/base}. */
@ConfigMapping(prefix = "parley.health")
public interface HealthConfig {

    /** How long each part of the process may take to answer the liveness probe. */
    @WithDefault("3s")
    Duration livenessTimeout();

    /** How long the database may take to answer the readiness probe. */
    @WithDefault("1s")
    Duration readinessTimeout();
}
