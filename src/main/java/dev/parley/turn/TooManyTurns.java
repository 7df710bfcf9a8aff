package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** This process has reached its limit of turns in flight, by their number or by their memory. */
public final class TooManyTurns extends ParleyException {

    private static final long MIB = 1024 * 1024;

    private TooManyTurns(String detail) {
        super(ProblemCode.OVERLOADED, detail);
    }

    public static TooManyTurns ofNumber(int limit) {
        return new TooManyTurns(
                "%d turns are in flight, which is the limit of this instance.".formatted(limit));
    }

    /**
     * @param limit bytes that the turns in flight may take
     */
    public static TooManyTurns ofMemory(long limit) {
        return new TooManyTurns(
                "The turns in flight fill the %d MiB that this instance has for them."
                        .formatted(limit / MIB));
    }
}
