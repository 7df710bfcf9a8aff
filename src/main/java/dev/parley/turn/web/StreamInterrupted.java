package dev.parley.turn.web;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/**
 * The event stream of a turn was interrupted. The turn continues, and the client can follow it
 * again.
 */
public final class StreamInterrupted extends ParleyException {

    public StreamInterrupted() {
        super(
                ProblemCode.OVERLOADED,
                "The event stream was interrupted, but the turn continues: follow the turn again,"
                        + " after the number of the last event received.");
    }
}
