package dev.parley.agent;

import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The agent is unavailable or overloaded: it refuses connections, answers 429, or its circuit is
 * open.
 */
public final class AgentUnavailable extends AgentFailure {

    public AgentUnavailable(String detail, @Nullable Throwable cause) {
        this(detail, RETRY_AFTER, cause);
    }

    public AgentUnavailable(String detail, Duration retryAfter, @Nullable Throwable cause) {
        super(ProblemCode.AGENT_UNAVAILABLE, detail, retryAfter, cause);
    }
}
