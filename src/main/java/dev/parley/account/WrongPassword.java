package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The password that was shown as the current one is not. */
public final class WrongPassword extends ParleyException {

    WrongPassword() {
        super(ProblemCode.FORBIDDEN, "The current password is another one.");
    }
}
