package dev.parley.turn.web;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** A turn that was followed is told no further here; it goes on, and can be followed again. */
public final class StreamInterrupted extends ParleyException {

    public StreamInterrupted() {
        super(
                ProblemCode.OVERLOADED,
                "The turn is told no further here; it goes on: follow it again, behind the last"
                        + " number that was seen.");
    }
}
