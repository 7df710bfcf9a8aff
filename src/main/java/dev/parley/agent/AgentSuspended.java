package dev.parley.agent;

/**
 * The turn waits for a person: a tool call needs an approval. The exchange is stored, and the agent
 * goes on from it after the decision, perhaps on another replica. Not a failure; an agent lets it
 * through.
 */
public final class AgentSuspended extends RuntimeException {

    public AgentSuspended() {
        super("The turn waits for an approval", null, false, false);
    }
}
