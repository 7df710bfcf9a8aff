package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The queue of passwords to hash is full. */
public final class TooManyLogins extends ParleyException {

    TooManyLogins() {
        super(ProblemCode.OVERLOADED, "Too many logins at this time; try again.");
    }
}
