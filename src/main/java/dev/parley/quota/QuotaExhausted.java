package dev.parley.quota;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;
import java.time.Instant;

/** The user has used all queries of the month. */
public final class QuotaExhausted extends ParleyException {

    /**
     * @param resetsAt when the next month begins and the quota resets
     */
    QuotaExhausted(Plan plan, Instant resetsAt, Instant now) {
        super(
                ProblemCode.QUOTA_EXHAUSTED,
                "All %d queries of the plan \"%s\" for this month are used; the quota resets at %s."
                        .formatted(plan.limit(), plan.name(), resetsAt),
                Duration.between(now, resetsAt));
    }
}
