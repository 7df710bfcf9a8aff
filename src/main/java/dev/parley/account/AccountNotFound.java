package dev.parley.account;

import dev.parley.api.problem.ParleyException;
import dev.parley.api.problem.ProblemCode;

/** There is no account of that name. */
public final class AccountNotFound extends ParleyException {

    public AccountNotFound(String username) {
        super(ProblemCode.NOT_FOUND, "There is no user called %s.".formatted(username));
    }
}
