package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The username or the email address is taken. */
public final class AccountAlreadyExists extends ParleyException {

    AccountAlreadyExists() {
        super(ProblemCode.ALREADY_EXISTS);
    }
}
