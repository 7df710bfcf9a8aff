package dev.parley.account.token;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The name or the password is wrong; which of them is not told. */
public final class InvalidCredentials extends ParleyException {

    InvalidCredentials() {
        super(ProblemCode.UNAUTHENTICATED, "The username or the password is wrong.");
    }
}
