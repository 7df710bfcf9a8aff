package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** This process is about to end and begins no turn any more; another replica does. */
public final class InstanceShuttingDown extends ParleyException {

    public InstanceShuttingDown() {
        super(ProblemCode.OVERLOADED, "This process is stopping; send the message again.");
    }
}
