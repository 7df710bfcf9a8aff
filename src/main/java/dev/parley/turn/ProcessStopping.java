package dev.parley.turn;

import dev.parley.api.problem.ParleyException;
import dev.parley.api.problem.ProblemCode;

/** This process is about to end and begins no turn any more; another replica does. */
public final class ProcessStopping extends ParleyException {

    public ProcessStopping() {
        super(ProblemCode.OVERLOADED, "This process is stopping; send the message again.");
    }
}
