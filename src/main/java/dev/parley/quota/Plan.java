package dev.parley.quota;

/**
 * A plan a user can be on.
 *
 * @param limit queries in a calendar month (UTC); zero allows none
 */
public record Plan(String name, int limit) {

    private static final double NEARLY = 0.8;

    /** Whether the last query is used. */
    public boolean isUsedUp(int used) {
        return used >= limit;
    }

    /** Whether a user who has just used so many should hear of it: at 80 %, and at the end. */
    boolean isThreshold(int used) {
        return used == limit || used == (int) Math.ceil(NEARLY * limit);
    }
}
