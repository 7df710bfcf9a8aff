package dev.parley.profile.training;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;

/** The number of trainings. */
@ConfigMapping(prefix = "parley.training")
public interface TrainingConfig {

    /** How many trainings an account may have; one more is refused with {@code limit_reached}. */
    @WithDefault("1000")
    @Min(1)
    int maxPerAccount();
}
