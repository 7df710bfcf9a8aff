package dev.parley.turn.engine;

import dev.parley.agent.ModelPrices;
import dev.parley.quota.Reservation;
import dev.parley.quota.Spending;
import dev.parley.turn.store.RetryingTurnStore;
import jakarta.enterprise.context.ApplicationScoped;

/** Reserves more of a user's plan for turns that run here. */
@ApplicationScoped
class TurnReservations {

    private static final String RESERVE = "reserve";

    private final RetryingTurnStore store;
    private final ModelPrices prices;
    private final ToolBulkhead bulkhead;
    private final ConnectionHoldGuard connectionGuard;

    TurnReservations(
            RetryingTurnStore store,
            ModelPrices prices,
            ToolBulkhead bulkhead,
            ConnectionHoldGuard connectionGuard) {
        this.store = store;
        this.prices = prices;
        this.bulkhead = bulkhead;
        this.connectionGuard = connectionGuard;
    }

    TurnReservation of(RunningTurn turn) {
        return new TurnReservation(
                turn.context().reservation(), () -> used(turn), used -> extend(turn, used));
    }

    /** What the turn's agents have used of the user's plan. */
    Spending used(RunningTurn turn) {
        return turn.exchange().usage().spending(prices);
    }

    /** An interrupt comes after the transaction, so that the turn knows what it has reserved. */
    private Reservation extend(RunningTurn turn, Spending used) {
        return Uninterruptible.call(
                "reserve-" + turn.context().id(),
                () ->
                        bulkhead.run(() ->
                                connectionGuard.whileInTool(
                                        RESERVE, () -> store.extend(turn.context(), used))));
    }
}
