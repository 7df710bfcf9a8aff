package dev.parley.platform.cluster;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** This runner has not renewed its lease for too long, so it must not start new work. */
public final class LeaseLost extends ParleyException {

    LeaseLost() {
        super(ProblemCode.DATABASE_UNAVAILABLE, "This instance has no valid lease; retry.");
    }
}
