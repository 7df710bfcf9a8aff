package dev.parley.quota;

/**
 * A plan that a user can be on.
 *
 * @param limit queries in a calendar month (UTC); 0 allows none
 */
public record Plan(String name, int limit) {

    private static final double WARNING_SHARE = 0.8;

    /** Whether no query is left. */
    public boolean isUsedUp(int used) {
        return used >= limit;
    }

    /**
     * Whether to notify a user whose used queries have grown: at 80 % and at 100 % of the limit,
     * also if a turn of several queries has passed the number itself.
     */
    boolean reachesThreshold(int before, int used) {
        return isBetween(before, limit, used)
                || isBetween(before, (int) Math.ceil(WARNING_SHARE * limit), used);
    }

    private static boolean isBetween(int before, int threshold, int used) {
        return before < threshold && threshold <= used;
    }
}
