package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** This process has reached its limit of turns in flight. */
public final class TooManyTurns extends ParleyException {

    public TooManyTurns(int limit) {
        super(
                ProblemCode.OVERLOADED,
                "%d turns are in flight, which is the limit of this instance.".formatted(limit));
    }
}
