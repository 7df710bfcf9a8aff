package dev.parley.agent;

import dev.parley.platform.problem.ProblemCode;

/** The user's plan has nothing left for a further round of the agent. */
public final class BudgetExhausted extends AgentFailure {

    public BudgetExhausted(String detail, Throwable cause) {
        super(ProblemCode.QUOTA_EXHAUSTED, detail, RETRY_AFTER, cause);
    }
}
