package dev.parley.agent.approval;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Which tool calls need an approval. */
@ConfigMapping(prefix = "parley.tools")
public interface ToolsConfig {

    /**
     * The rules by the name of a tool. A name that ends with {@code *} is a prefix; the longest
     * name that matches a tool applies alone. In the environment the name is in capitals: {@code
     * PARLEY_TOOLS_ADD_TASK_APPROVAL}.
     */
    @WithParentName
    Map<String, ToolRuleConfig> tools();

    /** The rule of one tool. */
    interface ToolRuleConfig {

        /**
         * When a call needs an approval: {@code never}, {@code always}, {@code
         * once_per_conversation}, or {@code when} and a condition on the arguments, such as {@code
         * when priority = urgent or title contains "the board"}. At most 500 characters.
         */
        @WithDefault("never")
        String approval();

        /**
         * Who approves: {@code owner}, the user whose turn it is, or {@code admin}, an
         * administrator who is another person than the owner.
         */
        @WithDefault("owner")
        String approver();

        /** How long a person may take; without it {@code parley.approval.expiry}. */
        Optional<Duration> expiry();
    }
}
