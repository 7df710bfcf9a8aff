package dev.parley.operations.warmup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** Warm-up turns before the process reports that it is ready. */
@ConfigMapping(prefix = "parley.warm-up")
public interface WarmUpConfig {

    /**
     * Warm-up turns; 0 for none. The default is 400 on a JVM and 0 for a native executable, which
     * does not get faster by running.
     */
    Optional<@Min(0) Integer> rounds();

    /** How long the warm-up takes at most. */
    @WithDefault("4s")
    Duration timeout();
}
