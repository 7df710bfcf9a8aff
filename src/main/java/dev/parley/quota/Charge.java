package dev.parley.quota;

import dev.parley.platform.identity.UserId;
import java.util.UUID;

/**
 * What a turn costs its user when it is opened.
 *
 * @param turnId the turn that the queries open
 * @param queries the price of the agent; 0 is written to the ledger too, and needs no query left
 * @param reserve what the turn reserves of the plan's tokens and cost; {@link Spending#NONE} for an
 *     agent that calls no model
 */
public record Charge(UserId user, UUID turnId, int queries, Spending reserve) {}
