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
     * Whether to notify a user at this number of used queries: at 80 % and at 100 % of the limit.
     */
    boolean isThreshold(int used) {
        return used == limit || used == (int) Math.ceil(WARNING_SHARE * limit);
    }
}
