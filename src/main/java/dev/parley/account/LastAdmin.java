package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The last administrator cannot be deleted. */
public final class LastAdmin extends ParleyException {

    LastAdmin() {
        super(ProblemCode.LAST_ADMIN);
    }
}
