package dev.parley.health;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the probes wait. Kubernetes must wait longer: k8s/base says 5 s. */
@ConfigMapping(prefix = "parley.health")
public interface HealthConfig {

    /** How long each part of the process may take for a sign of life. */
    @WithDefault("3s")
    Duration liveWithin();

    /** How long the database may take for an answer. */
    @WithDefault("1s")
    Duration readyWithin();
}
