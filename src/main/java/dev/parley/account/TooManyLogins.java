package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** More passwords wait to be hashed than the process takes. */
public final class TooManyLogins extends ParleyException {

    TooManyLogins() {
        super(ProblemCode.OVERLOADED, "Too many people are signing in just now.");
    }
}
