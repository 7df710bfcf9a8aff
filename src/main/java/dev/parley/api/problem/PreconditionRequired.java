package dev.parley.api.problem;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** A request that lacks a required precondition header (RFC 6585, 3). */
public final class PreconditionRequired extends ParleyException {

    public PreconditionRequired(String header) {
        super(
                ProblemCode.PRECONDITION_REQUIRED,
                "The header %s is required, with the version that was read.".formatted(header));
    }
}
