package dev.parley.agent;

import dev.parley.platform.problem.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * The agent was reached but gave no usable answer: an error, malformed data or an incomplete
 * stream.
 */
public final class AgentFailed extends AgentFailure {

    public AgentFailed(String detail) {
        this(detail, null);
    }

    public AgentFailed(String detail, @Nullable Throwable cause) {
        super(ProblemCode.AGENT_FAILED, detail, RETRY_AFTER, cause);
    }
}
