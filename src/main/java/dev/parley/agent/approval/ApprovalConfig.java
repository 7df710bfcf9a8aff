package dev.parley.agent.approval;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What all approvals have in common. */
@ConfigMapping(prefix = "parley.approval")
public interface ApprovalConfig {

    /**
     * How long a person may take to approve or deny a tool call, from 1 second to 365 days. Then
     * the turn goes on without the call. {@code parley.tools."NAME".expiry} sets it for one tool.
     */
    @WithDefault("7d")
    Duration expiry();
}
