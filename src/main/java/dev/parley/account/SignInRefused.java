package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The name or the password is wrong; which of them is not told. */
public final class SignInRefused extends ParleyException {

    SignInRefused() {
        super(ProblemCode.UNAUTHENTICATED, "The username or the password is wrong.");
    }
}
