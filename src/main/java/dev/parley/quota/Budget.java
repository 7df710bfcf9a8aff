package dev.parley.quota;

/**
 * The limits of tokens and cost of a plan.
 *
 * @param tokens {@link Reservation#NO_LIMIT} if there is none
 * @param cost in millionths of the currency; {@link Reservation#NO_LIMIT} if there is none
 */
record Budget(long tokens, long cost) {

    static Budget of(Plan plan) {
        return new Budget(
                plan.tokenLimit().orElse(Reservation.NO_LIMIT),
                plan.costLimit().orElse(Reservation.NO_LIMIT));
    }

    /**
     * Reserves as much of a step as is left, at least one.
     *
     * @param committed what other turns have used and reserved
     * @param used what the turn itself has used
     * @param step what the turn may use beyond that; of 0, nothing has to be left
     */
    BudgetDecision reserve(Spending committed, Spending used, Spending step) {
        long tokensLeft = left(tokens, committed.tokens(), used.tokens());
        long costLeft = left(cost, committed.cost(), used.cost());
        if (tokensLeft <= 0 && step.tokens() > 0) {
            return BudgetDecision.exhausted(BudgetUnit.TOKENS);
        }
        if (costLeft <= 0 && step.cost() > 0) {
            return BudgetDecision.exhausted(BudgetUnit.COST);
        }
        return BudgetDecision.granted(
                new Reservation(
                        reserved(tokens, used.tokens(), tokensLeft, step.tokens()),
                        reserved(cost, used.cost(), costLeft, step.cost())));
    }

    private static long left(long limit, long committed, long used) {
        return limit == Reservation.NO_LIMIT ? Reservation.NO_LIMIT : limit - committed - used;
    }

    private static long reserved(long limit, long used, long left, long step) {
        return limit == Reservation.NO_LIMIT
                ? Reservation.NO_LIMIT
                : used + Math.min(Math.max(0, left), step);
    }

    /** What is committed once the decision is. */
    Spending after(Spending committed, BudgetDecision decision) {
        return decision.exhausted().isPresent()
                ? committed
                : new Spending(
                        committed.tokens() + limited(decision.reservation().tokens()),
                        committed.cost() + limited(decision.reservation().cost()));
    }

    private static long limited(long reserved) {
        return reserved == Reservation.NO_LIMIT ? 0 : reserved;
    }
}
