package dev.parley.agent;

import dev.parley.platform.problem.ProblemCode;
import org.jspecify.annotations.Nullable;

/** The agent did not answer within the time limit. */
public final class AgentTimedOut extends AgentFailure {

    public AgentTimedOut(String detail, @Nullable Throwable cause) {
        super(ProblemCode.AGENT_TIMEOUT, detail, RETRY_AFTER, cause);
    }
}
