package dev.parley.erasure;

import dev.parley.identity.UserId;

/** There is no such user. */
public final class UserNotFound extends RuntimeException {

    public UserNotFound(UserId user) {
        super("There is no user " + user + ".", null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
