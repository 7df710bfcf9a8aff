package dev.parley.agent;

import org.jspecify.annotations.Nullable;

/**
 * There is no whole answer. The message is for people: it names no address, key or message text.
 */
public abstract sealed class AgentFailure extends RuntimeException
        permits AgentFailed, AgentUnavailable, AgentTimedOut, AgentStopped {

    AgentFailure(String detail, @Nullable Throwable cause) {
        super(detail, cause);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
