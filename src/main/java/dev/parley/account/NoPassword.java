package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The user logs in with an external issuer and has no password to change. */
public final class NoPassword extends ParleyException {

    NoPassword(String username) {
        super(
                ProblemCode.FORBIDDEN,
                "%s logs in with an external issuer and has no password in Parley."
                        .formatted(username));
    }
}
