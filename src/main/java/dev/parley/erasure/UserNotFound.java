package dev.parley.erasure;

import dev.parley.api.problem.ParleyException;
import dev.parley.api.problem.ProblemCode;
import dev.parley.platform.identity.UserId;

/** There is no such user. */
public final class UserNotFound extends ParleyException {

    public UserNotFound(UserId user) {
        super(ProblemCode.NOT_FOUND, "There is no user " + user + ".");
    }
}
