package dev.parley.quota;

import java.time.Instant;

/** The queries that a user has used and has left until {@code resetsAt}. */
public record QuotaStatus(Plan plan, int used, Instant resetsAt) {

    public int limit() {
        return plan.limit();
    }

    /** Never negative, even if the user has used more queries than a smaller new plan allows. */
    public int remaining() {
        return Math.max(0, limit() - used);
    }
}
