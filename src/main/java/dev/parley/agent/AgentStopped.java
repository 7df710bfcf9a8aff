package dev.parley.agent;

import dev.parley.platform.problem.ProblemCode;

/** The agent was told to stop: its turn is cancelled, or the process ends. Nobody's failure. */
public final class AgentStopped extends AgentFailure {

    public AgentStopped() {
        super(ProblemCode.TURN_CANCELLED, "The agent was told to stop.", PAUSE, null);
    }
}
