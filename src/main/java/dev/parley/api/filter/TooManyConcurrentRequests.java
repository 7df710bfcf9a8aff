package dev.parley.api.filter;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;

/** Too many requests of the account were being handled for too long. */
final class TooManyConcurrentRequests extends ParleyException {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    TooManyConcurrentRequests() {
        super(
                ProblemCode.RATE_LIMITED,
                "Too many requests of this account at the same time.",
                RETRY_AFTER);
    }
}
