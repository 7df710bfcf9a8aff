package dev.parley.quota;

import java.util.OptionalLong;

/**
 * A plan that a user can be on. Its limits are for a calendar month (UTC).
 *
 * @param limit queries; 0 allows none
 * @param tokenLimit input and output tokens; empty for no limit
 * @param costLimit in millionths of the currency; empty for no limit
 */
public record Plan(String name, int limit, OptionalLong tokenLimit, OptionalLong costLimit) {

    /** A plan that limits queries only. */
    Plan(String name, int limit) {
        this(name, limit, OptionalLong.empty(), OptionalLong.empty());
    }

    /** Whether the plan limits tokens or cost. */
    boolean hasBudget() {
        return tokenLimit.isPresent() || costLimit.isPresent();
    }

    /** Whether no query is left. */
    public boolean isUsedUp(int used) {
        return used >= limit;
    }

    /**
     * Whether to notify a user whose used queries have grown: at 80 % and at 100 % of the limit,
     * also if a turn of several queries has passed the number itself.
     */
    boolean reachesThreshold(int before, int used) {
        return Threshold.isReached(limit, before, used);
    }
}
