package dev.parley.ratelimit;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;

/** The caller came too fast; nothing was done. */
public final class RateLimitExceeded extends ParleyException {

    private final transient RateLimitStatus standing;

    /**
     * @param retryAfter when there is a token again
     */
    RateLimitExceeded(RateLimitStatus standing, Duration retryAfter) {
        super(ProblemCode.RATE_LIMITED, detail(standing.limit()), retryAfter);
        this.standing = standing;
    }

    public RateLimitStatus standing() {
        return standing;
    }

    private static String detail(LimitedAction limit) {
        return switch (limit) {
            case TURNS -> "Too many turns in too short a time.";
            case REQUESTS -> "Too many requests in too short a time.";
            case REGISTRATIONS -> "Too many accounts were made from this address.";
            case FAILED_LOGINS -> "Too many log-ins failed, for this name or from this address.";
        };
    }
}
