package dev.parley.quota;

import java.time.Instant;

/** How much a user has used, and may still use, until {@code resetsAt}. */
public record QuotaStatus(Plan plan, int used, Instant resetsAt) {

    public int limit() {
        return plan.limit();
    }

    /** Never negative, also where the plan has become smaller than what was already used. */
    public int remaining() {
        return Math.max(0, limit() - used);
    }
}
