package dev.parley.turn.stream.remote;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import dev.parley.turn.TurnId;
import java.util.Optional;
import java.util.UUID;

/** This process is shutting down; the turn continues and can be followed from another replica. */
public final class StreamsShuttingDown extends ParleyException {

    private final TurnId turn;

    StreamsShuttingDown(TurnId turn) {
        super(
                ProblemCode.OVERLOADED,
                "This instance is shutting down, but the turn continues; get the turn again.");
        this.turn = turn;
    }

    @Override
    public Optional<UUID> turnId() {
        return Optional.of(turn.value());
    }
}
