package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The current password in the request is wrong. */
public final class WrongPassword extends ParleyException {

    WrongPassword() {
        super(ProblemCode.FORBIDDEN, "The current password is wrong.");
    }
}
