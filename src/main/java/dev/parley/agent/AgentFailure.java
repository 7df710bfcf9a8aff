package dev.parley.agent;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * There is no whole answer. The message is for people: it names no address, key or message text.
 */
public abstract sealed class AgentFailure extends ParleyException
        permits AgentFailed, AgentUnavailable, AgentTimedOut, AgentStopped {

    static final Duration PAUSE = Duration.ofSeconds(5);

    AgentFailure(ProblemCode code, String detail, Duration retryAfter, @Nullable Throwable cause) {
        super(code, detail, retryAfter, cause);
    }
}
