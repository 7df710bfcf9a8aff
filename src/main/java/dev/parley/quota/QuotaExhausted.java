package dev.parley.quota;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;
import java.time.Instant;

/** The user has used all queries of the month. */
public final class QuotaExhausted extends ParleyException {

    /**
     * @param resetsAt when the next month begins and the count starts anew
     */
    QuotaExhausted(Plan plan, Instant resetsAt, Instant now) {
        super(
                ProblemCode.QUOTA_EXHAUSTED,
                "All %d queries of the plan \"%s\" are used for this month; the count starts anew at %s."
                        .formatted(plan.limit(), plan.name(), resetsAt),
                Duration.between(now, resetsAt));
    }
}
