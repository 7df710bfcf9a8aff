package dev.parley.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Set;

/** Limits of an agent. */
@ConfigMapping(prefix = "parley.agent")
public interface AgentConfig {

    /** How long an agent may think, all its rounds and tools together. */
    @WithDefault("45s")
    Duration timeout();

    /** Characters of a reply; an agent that writes more fails. */
    @WithDefault("200000")
    int maxReplyLength();

    /** Rounds of tool calls within one turn. */
    @WithDefault("10")
    int maxToolRounds();

    /** Tool calls within one round. */
    @WithDefault("16")
    int maxToolCallsPerRound();

    /** Agents that answer only users who have hired them. */
    @WithDefault("news")
    Set<String> requiresHiring();
}
