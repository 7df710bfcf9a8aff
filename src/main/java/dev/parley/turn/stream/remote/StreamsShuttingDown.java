package dev.parley.turn.stream.remote;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import dev.parley.turn.TurnId;
import java.util.Optional;
import java.util.UUID;

/** This process is stopping; the turn goes on, and is to be asked for at another replica. */
public final class StreamsShuttingDown extends ParleyException {

    private final TurnId turn;

    StreamsShuttingDown(TurnId turn) {
        super(
                ProblemCode.OVERLOADED,
                "This process is stopping; the turn goes on: ask for it again.");
        this.turn = turn;
    }

    @Override
    public Optional<UUID> turnId() {
        return Optional.of(turn.value());
    }
}
