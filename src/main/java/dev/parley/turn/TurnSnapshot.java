package dev.parley.turn;

import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.identity.UserId;
import java.util.Optional;

/**
 * All that the ledger has of a turn.
 *
 * @param runner who runs it, or accepted it while it is queued
 * @param partialReply the reply, or what was said instead of one
 * @param eventOffsets how its events were numbered; empty until it ends, and where nobody knows any
 *     more
 */
public record TurnSnapshot(
        TurnRecord record,
        UserId user,
        Optional<RunnerId> runner,
        int attempt,
        String partialReply,
        Optional<String> eventOffsets) {}
