package dev.parley.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Set;

/** Limits of all agents. {@code parley.agents} has the settings of each. */
@ConfigMapping(prefix = "parley.agent")
public interface AgentConfig {

    /**
     * How long an agent may think, unless it has a timeout of its own; the limit includes all
     * rounds and tool calls.
     */
    @WithDefault("45s")
    Duration timeout();

    /** Maximum length of a reply in characters. An agent that writes more fails. */
    @WithDefault("200000")
    int maxReplyLength();

    /**
     * Maximum number of rounds of tool calls in one turn, unless the agent has a number of its own.
     */
    @WithDefault("10")
    int maxToolRounds();

    /** Maximum number of tool calls in one round. */
    @WithDefault("16")
    int maxToolCallsPerRound();

    /**
     * How long a tool may work; the time in which it waits for a permit does not count. Then its
     * thread is interrupted, and the agent reads that the tool did not answer. A tool that ignores
     * the interrupt ends the turn when the agent's time is over.
     */
    @WithDefault("30s")
    Duration toolTimeout();

    /**
     * Maximum length of what a tool returns to the model, in characters. The model reads the start
     * of a longer result, and that it was cut.
     */
    @WithDefault("16000")
    @Min(1)
    int maxToolResultLength();

    /**
     * Maximum length of an agent's exchange with its tools in one turn, in characters: what it
     * writes before calls, the arguments and the results. An agent whose exchange becomes longer
     * fails.
     */
    @WithDefault("2000000")
    @Min(1)
    int maxExchangeLength();

    /** Maximum number of workers that an agent delegates to in one round. */
    @WithDefault("8")
    @Min(1)
    int maxDelegationsPerRound();

    /** Maximum number of delegations in one turn, those of its workers included. */
    @WithDefault("32")
    @Min(1)
    int maxDelegations();

    /** Maximum number of workers that run in one process at the same time. */
    @WithDefault("2000")
    @Min(1)
    int maxConcurrentWorkers();

    /**
     * Maximum length of what a worker returns to its supervisor, in characters. The supervisor
     * reads the start of a longer reply, and that it was cut.
     */
    @WithDefault("12000")
    @Min(1)
    int maxWorkerReplyLength();

    /** Maximum number of rounds of tool calls of all agents of a turn together. */
    @WithDefault("100")
    @Min(1)
    int maxTurnRounds();

    /**
     * Tokens after which no agent of a turn calls another tool; read and written tokens of all its
     * agents count.
     */
    @WithDefault("2000000")
    @Min(1)
    long maxTurnTokens();

    /**
     * Agents that answer only users who have hired them. The key {@code requires-hiring} of an
     * agent takes precedence.
     */
    @WithDefault("news")
    Set<String> requiresHiring();
}
