package dev.parley.api.problem;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** A request that must tell what it takes for granted (RFC 6585, 3). */
public final class PreconditionRequired extends ParleyException {

    public PreconditionRequired(String header) {
        super(
                ProblemCode.PRECONDITION_REQUIRED,
                "The header %s must tell the version that was read.".formatted(header));
    }
}
