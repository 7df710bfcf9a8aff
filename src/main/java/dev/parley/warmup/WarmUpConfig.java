package dev.parley.warmup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** How long the process rehearses before it says that it is ready. */
@ConfigMapping(prefix = "parley.warm-up")
public interface WarmUpConfig {

    /** Rehearsals of a turn; 0 for none. */
    @WithDefault("400")
    @Min(0)
    int rounds();

    /** It ends after so long in any case. */
    @WithDefault("4s")
    Duration atMost();
}
