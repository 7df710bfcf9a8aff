package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The registration has no invitation, or its invitation was used, revoked or has expired. */
public final class InvitationRequired extends ParleyException {

    InvitationRequired() {
        super(ProblemCode.INVITATION_REQUIRED);
    }
}
