package dev.parley.agent;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The agent gave no complete reply. The exception's message is shown to users: it contains no
 * address, no key and no text of a chat message.
 */
public abstract sealed class AgentFailure extends ParleyException
        permits AgentFailed, BudgetExhausted, AgentUnavailable, AgentTimedOut, AgentStopped {

    static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    AgentFailure(ProblemCode code, String detail, Duration retryAfter, @Nullable Throwable cause) {
        super(code, detail, retryAfter, cause);
    }
}
