package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The tool refuses the arguments that the approver wrote; nothing was decided. */
public final class InvalidArguments extends ParleyException {

    public InvalidArguments(String reason) {
        super(ProblemCode.INVALID_REQUEST, reason);
    }
}
