package dev.parley.task;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;

/** The number of tasks. */
@ConfigMapping(prefix = "parley.task")
public interface TaskConfig {

    /** How many tasks an account may have; one more is refused with {@code limit_reached}. */
    @WithDefault("5000")
    @Min(1)
    int maxPerAccount();
}
