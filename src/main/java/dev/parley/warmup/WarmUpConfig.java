package dev.parley.warmup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** How long the process rehearses before it says that it is ready. */
@ConfigMapping(prefix = "parley.warm-up")
public interface WarmUpConfig {

    /**
     * Rehearsals of a turn; 0 for none. Where nothing is said, a JVM rehearses 400 times, and a
     * native executable, which is as warm as it will ever be, not at all.
     */
    Optional<@Min(0) Integer> rounds();

    /** It ends after so long in any case. */
    @WithDefault("4s")
    Duration atMost();
}
