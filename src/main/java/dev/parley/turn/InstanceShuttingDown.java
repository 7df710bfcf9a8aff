package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** This process is shutting down and starts no more turns; another replica accepts the request. */
public final class InstanceShuttingDown extends ParleyException {

    public InstanceShuttingDown() {
        super(ProblemCode.OVERLOADED, "This instance is shutting down; send the message again.");
    }
}
