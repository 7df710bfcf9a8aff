package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The approver has seen other arguments. */
public final class ArgumentsChanged extends ParleyException {

    public ArgumentsChanged() {
        super(
                ProblemCode.VERSION_CONFLICT,
                "The arguments of the call are not those of If-Match; read the approval again.");
    }
}
