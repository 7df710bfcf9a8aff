package dev.parley.platform.cluster;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** This process has not been heard by the database for too long to begin anything. */
public final class LeaseLost extends ParleyException {

    LeaseLost() {
        super(ProblemCode.DATABASE_UNAVAILABLE, "This process has lost its line to the database.");
    }
}
