package dev.parley.agent;

import org.jspecify.annotations.Nullable;

/** The agent did not answer within its time. */
public final class AgentTimedOut extends AgentFailure {

    public AgentTimedOut(String detail, @Nullable Throwable cause) {
        super(detail, cause);
    }
}
