package dev.parley.account.token;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The username or the password is wrong; the message does not reveal which. */
public final class InvalidCredentials extends ParleyException {

    InvalidCredentials() {
        super(ProblemCode.UNAUTHENTICATED, "The username or the password is wrong.");
    }
}
