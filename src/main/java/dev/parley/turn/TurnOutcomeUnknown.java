package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** The turn's ending could not be stored in time, or the commit's outcome is unknown. */
public final class TurnOutcomeUnknown extends ParleyException {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final TurnId turn;

    public TurnOutcomeUnknown(TurnId turn, Throwable cause) {
        super(
                ProblemCode.DATABASE_UNAVAILABLE,
                "The database became unavailable before the reply was stored; get the turn later.",
                RETRY_AFTER,
                cause);
        this.turn = turn;
    }

    @Override
    public Optional<UUID> turnId() {
        return Optional.of(turn.value());
    }

    @Override
    public Optional<String> errorToLog() {
        return Optional.of(
                "Turn %s: its ending is not known to be stored, and the caller got this error"
                        .formatted(turn));
    }
}
