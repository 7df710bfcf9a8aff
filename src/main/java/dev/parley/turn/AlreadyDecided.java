package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** Another decision about the tool call came first, or its turn has ended. */
public final class AlreadyDecided extends ParleyException {

    public AlreadyDecided(ApprovalStatus status) {
        super(
                ProblemCode.ALREADY_DECIDED,
                status == ApprovalStatus.CANCELLED
                        ? "The turn has ended; the call does not run."
                        : "The call was already decided otherwise: it is %s."
                                .formatted(status.text()));
    }
}
