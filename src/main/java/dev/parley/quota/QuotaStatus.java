package dev.parley.quota;

import java.time.Instant;

/**
 * What the user has used of the plan, and has left until {@code resetsAt}.
 *
 * @param used queries
 * @param spent tokens and cost of the turns that have ended
 */
public record QuotaStatus(Plan plan, int used, Spending spent, Instant resetsAt) {

    public int limit() {
        return plan.limit();
    }

    /** Never negative, even if the user has used more queries than a smaller new plan allows. */
    public int remaining() {
        return Math.max(0, limit() - used);
    }
}
