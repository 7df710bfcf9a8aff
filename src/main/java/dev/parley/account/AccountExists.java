package dev.parley.account;

import dev.parley.api.problem.ParleyException;
import dev.parley.api.problem.ProblemCode;

/** The name or the address is taken. */
public final class AccountExists extends ParleyException {

    AccountExists() {
        super(ProblemCode.ALREADY_EXISTS);
    }
}
