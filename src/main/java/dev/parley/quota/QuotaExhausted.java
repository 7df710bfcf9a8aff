package dev.parley.quota;

import java.time.Instant;

/** The user has used all queries of the month. */
public final class QuotaExhausted extends RuntimeException {

    private final Plan plan;
    private final Instant resetsAt;

    QuotaExhausted(Plan plan, Instant resetsAt) {
        super("quota exhausted", null, false, false);
        this.plan = plan;
        this.resetsAt = resetsAt;
    }

    public Plan plan() {
        return plan;
    }

    /** When the next month begins and the count starts anew. */
    public Instant resetsAt() {
        return resetsAt;
    }
}
