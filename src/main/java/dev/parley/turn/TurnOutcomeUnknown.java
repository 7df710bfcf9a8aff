package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The agent's answer could not be written down in time: the turn's ending is not known to be
 * stored.
 */
public final class TurnOutcomeUnknown extends ParleyException {

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final TurnId turn;

    public TurnOutcomeUnknown(TurnId turn, Throwable cause) {
        super(
                ProblemCode.DATABASE_UNAVAILABLE,
                "The database went away before the answer could be stored; ask for the turn later.",
                PAUSE,
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
                "The caller of turn %s is told that its ending is not known".formatted(turn));
    }
}
