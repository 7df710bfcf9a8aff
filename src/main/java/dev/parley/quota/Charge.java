package dev.parley.quota;

import dev.parley.platform.identity.UserId;
import java.util.Optional;
import java.util.UUID;

/**
 * What a turn costs its user when it is opened.
 *
 * @param turnId the turn that the queries open
 * @param queries the price of the agent; 0 is written to the ledger too, and needs no query left
 * @param reserve what the turn reserves of the plan's tokens and cost; {@link Spending#NONE} for an
 *     agent that calls no model; empty for work that is no turn, and does not ask the budget
 */
public record Charge(UserId user, UUID turnId, int queries, Optional<Spending> reserve) {

    /** The charge of work that is no turn. */
    public static Charge withoutReservation(UserId user, UUID id, int queries) {
        return new Charge(user, id, queries, Optional.empty());
    }
}
