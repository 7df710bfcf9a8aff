package dev.parley.conversation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;

/** The number of conversations. */
@ConfigMapping(prefix = "parley.conversation")
public interface ConversationConfig {

    /**
     * How many conversations an account may have; a message that would begin one more is refused
     * with {@code limit_reached} and is not charged.
     */
    @WithDefault("10000")
    @Min(1)
    int maxPerAccount();
}
