package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** Nobody may register an account by themselves. */
public final class RegistrationClosed extends ParleyException {

    RegistrationClosed() {
        super(ProblemCode.REGISTRATION_CLOSED);
    }
}
