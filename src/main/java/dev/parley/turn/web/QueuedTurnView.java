package dev.parley.turn.web;

import dev.parley.turn.QueuedTurn;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A turn that is queued in its conversation. */
@RegisterForReflection
public // The WebSocket converts it by hand
record QueuedTurnView(
        UUID turnId,
        String agentType,
        String message,
        Instant queuedAt,
        @Schema(
                        description =
                                "How many turns come first: the turn that runs or waits, and"
                                        + " the turns that are queued before this turn",
                        minimum = "0")
                int ahead) {

    static QueuedTurnView of(QueuedTurn turn) {
        return new QueuedTurnView(
                turn.id().value(),
                turn.agentType().value(),
                turn.message(),
                turn.queuedAt(),
                turn.ahead());
    }
}
