package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** Nobody would be left who may administer. */
public final class LastAdmin extends ParleyException {

    LastAdmin() {
        super(ProblemCode.LAST_ADMIN);
    }
}
