package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** No account has this name. */
public final class AccountNotFound extends ParleyException {

    public AccountNotFound(String username) {
        super(ProblemCode.NOT_FOUND, "There is no user called %s.".formatted(username));
    }
}
