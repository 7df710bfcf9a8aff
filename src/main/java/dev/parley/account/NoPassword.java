package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The account signs in with an external issuer, and has no password to be changed. */
public final class NoPassword extends ParleyException {

    NoPassword(String username) {
        super(
                ProblemCode.FORBIDDEN,
                "%s signs in with an external issuer and has no password here."
                        .formatted(username));
    }
}
