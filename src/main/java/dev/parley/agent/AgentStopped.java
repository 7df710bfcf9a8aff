package dev.parley.agent;

/** The agent was told to stop: its turn is cancelled, or the process ends. Nobody's failure. */
public final class AgentStopped extends AgentFailure {

    public AgentStopped() {
        super("The agent was told to stop.", null);
    }
}
