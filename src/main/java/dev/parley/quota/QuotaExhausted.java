package dev.parley.quota;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;
import java.time.Instant;

/**
 * The user has fewer queries left for the month than the turn costs, or no tokens or cost are left.
 */
public final class QuotaExhausted extends ParleyException {

    /**
     * @param price what the turn costs, in queries
     */
    QuotaExhausted(QuotaStatus status, int price, Instant now) {
        super(
                ProblemCode.QUOTA_EXHAUSTED,
                "%s; the quota resets at %s.".formatted(reason(status, price), status.resetsAt()),
                Duration.between(now, status.resetsAt()));
    }

    private QuotaExhausted(String reason, Instant resetsAt, Instant now) {
        super(
                ProblemCode.QUOTA_EXHAUSTED,
                "%s; the quota resets at %s.".formatted(reason, resetsAt),
                Duration.between(now, resetsAt));
    }

    /** Nothing is left of the plan's tokens, or of its cost. */
    static QuotaExhausted of(BudgetUnit unit, Plan plan, Instant resetsAt, Instant now) {
        String amount =
                unit == BudgetUnit.TOKENS
                        ? "%d tokens".formatted(plan.tokenLimit().orElse(0))
                        : "%s of cost"
                                .formatted(Money.of(plan.costLimit().orElse(0)).toPlainString());
        return new QuotaExhausted(
                "The %s of the plan \"%s\" for this month are used, or reserved by turns that have not ended"
                        .formatted(amount, plan.name()),
                resetsAt,
                now);
    }

    private static String reason(QuotaStatus status, int price) {
        Plan plan = status.plan();
        if (status.remaining() == 0) {
            return "All %d queries of the plan \"%s\" for this month are used"
                    .formatted(plan.limit(), plan.name());
        }
        return "This agent costs %d queries, %d %s left of the %d of the plan \"%s\" for this month"
                .formatted(
                        price,
                        status.remaining(),
                        status.remaining() == 1 ? "is" : "are",
                        plan.limit(),
                        plan.name());
    }
}
