package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.util.Optional;
import java.util.UUID;

/** Only a queued turn can be removed or edited, and the turn has left the queue. */
public final class TurnNotQueued extends ParleyException {

    private final TurnId turn;

    private TurnNotQueued(TurnId turn, String detail) {
        super(ProblemCode.TURN_NOT_QUEUED, detail);
        this.turn = turn;
    }

    /** The turn has started or ended. */
    public static TurnNotQueued because(TurnId turn, TurnStatus status) {
        return new TurnNotQueued(
                turn,
                status.hasEnded()
                        ? "The turn has ended: it is %s. Send another message."
                                .formatted(status.text())
                        : "The turn has started: it is %s. Cancel it with POST /api/turns/%s/cancel."
                                .formatted(status.text(), turn));
    }

    /** The turn was removed, and its message is gone. */
    public static TurnNotQueued removed(TurnId turn) {
        return new TurnNotQueued(
                turn, "The turn was removed from the queue. Send the message again.");
    }

    @Override
    public Optional<UUID> turnId() {
        return Optional.of(turn.value());
    }
}
