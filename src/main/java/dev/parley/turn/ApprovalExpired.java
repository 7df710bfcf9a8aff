package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** Nobody decided about the tool call in time: the turn goes on without it. */
public final class ApprovalExpired extends ParleyException {

    public ApprovalExpired() {
        super(
                ProblemCode.APPROVAL_EXPIRED,
                "Nobody decided in time; the turn goes on without the call.");
    }
}
