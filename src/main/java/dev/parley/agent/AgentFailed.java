package dev.parley.agent;

import org.jspecify.annotations.Nullable;

/** The agent was reached and gave no usable answer: an error, garbage, half a stream. */
public final class AgentFailed extends AgentFailure {

    public AgentFailed(String detail) {
        super(detail, null);
    }

    public AgentFailed(String detail, @Nullable Throwable cause) {
        super(detail, cause);
    }
}
