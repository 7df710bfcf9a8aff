package dev.parley.account;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** An administrator has disabled the account. Reported only after the right password. */
public final class AccountDisabled extends ParleyException {

    public AccountDisabled() {
        super(ProblemCode.ACCOUNT_DISABLED);
    }
}
