package dev.parley.userdata;

import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** There is no such user. */
public final class UserNotFound extends ParleyException {

    public UserNotFound(UserId user) {
        super(ProblemCode.NOT_FOUND, "There is no user " + user + ".");
    }
}
