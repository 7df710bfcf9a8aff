package dev.parley.quota;

/**
 * What a turn that has not ended may use of its user's plan. An agent that has used as much begins
 * no further round before more is reserved.
 *
 * @param tokens {@link #NO_LIMIT} if the plan does not limit tokens
 * @param cost in millionths of the currency; {@link #NO_LIMIT} if the plan does not limit cost
 */
public record Reservation(long tokens, long cost) {

    /** Of tokens or of cost. */
    static final long NO_LIMIT = Long.MAX_VALUE;

    /** For a turn of a plan without budgets. */
    public static final Reservation UNLIMITED = new Reservation(NO_LIMIT, NO_LIMIT);

    /** Whether a turn that has used so much may begin a further round. */
    public boolean covers(Spending used) {
        return isBelow(used.tokens(), tokens) && isBelow(used.cost(), cost);
    }

    /** An amount of 0 that is used is as good as unlimited: an agent without a model uses none. */
    private static boolean isBelow(long used, long reserved) {
        return used < reserved || (used == 0 && reserved == 0);
    }
}
