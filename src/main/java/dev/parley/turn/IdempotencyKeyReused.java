package dev.parley.turn;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** The idempotency key was already used for a request with different content. */
public final class IdempotencyKeyReused extends ParleyException {

    public IdempotencyKeyReused() {
        super(ProblemCode.IDEMPOTENCY_KEY_REUSED);
    }
}
