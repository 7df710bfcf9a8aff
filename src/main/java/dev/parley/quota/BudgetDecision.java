package dev.parley.quota;

import java.util.Optional;

/**
 * What became of a wish to use a part of a plan.
 *
 * @param exhausted what the plan has nothing left of; empty if the wish is granted
 * @param reservation what is granted
 */
record BudgetDecision(Optional<BudgetUnit> exhausted, Reservation reservation) {

    static BudgetDecision granted(Reservation reservation) {
        return new BudgetDecision(Optional.empty(), reservation);
    }

    static BudgetDecision exhausted(BudgetUnit unit) {
        return new BudgetDecision(Optional.of(unit), Reservation.UNLIMITED);
    }
}
