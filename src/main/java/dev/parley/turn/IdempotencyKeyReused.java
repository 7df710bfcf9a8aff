package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The idempotency key has been used for a request that said something else. */
public final class IdempotencyKeyReused extends ParleyException {

    public IdempotencyKeyReused() {
        super(ProblemCode.IDEMPOTENCY_KEY_REUSED);
    }
}
