package dev.parley.turn;

import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.identity.UserId;
import java.util.Optional;

/**
 * Everything that is stored about a turn, except its tool steps.
 *
 * @param runner the runner that runs the turn, or that accepted a queued turn
 * @param partialReply the reply, or the text that the agent wrote before a turn ended without reply
 * @param eventOffsets how the events are numbered; empty until the turn ends, and if the numbering
 *     was lost
 */
public record TurnSnapshot(
        TurnRecord record,
        UserId user,
        Optional<RunnerId> runner,
        int attempt,
        String partialReply,
        Optional<String> eventOffsets) {}
