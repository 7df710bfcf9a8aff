package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** As many turns are in flight as this process takes. */
public final class TooManyTurns extends ParleyException {

    public TooManyTurns(int limit) {
        super(
                ProblemCode.OVERLOADED,
                "%d turns are in flight, which is all this process takes.".formatted(limit));
    }
}
