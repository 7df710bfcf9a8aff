package dev.parley.agent;

import dev.parley.platform.problem.ProblemCode;

/**
 * The agent was stopped because its turn was cancelled or the process shuts down. This is not a
 * failure of the agent.
 */
public final class AgentStopped extends AgentFailure {

    public AgentStopped() {
        super(ProblemCode.TURN_CANCELLED, "The agent was stopped.", RETRY_AFTER, null);
    }
}
