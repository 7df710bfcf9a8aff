package dev.parley.agent;

import dev.parley.platform.problem.ProblemCode;
import org.jspecify.annotations.Nullable;

/** The agent was reached and gave no usable answer: an error, garbage, half a stream. */
public final class AgentFailed extends AgentFailure {

    public AgentFailed(String detail) {
        this(detail, null);
    }

    public AgentFailed(String detail, @Nullable Throwable cause) {
        super(ProblemCode.AGENT_FAILED, detail, PAUSE, cause);
    }
}
