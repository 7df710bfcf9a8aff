package dev.parley.account;

import dev.parley.api.problem.ParleyException;
import dev.parley.api.problem.ProblemCode;

/** More passwords wait to be hashed than the process takes. */
public final class TooManySignIns extends ParleyException {

    TooManySignIns() {
        super(ProblemCode.OVERLOADED, "Too many people are signing in just now.");
    }
}
