package dev.parley.ratelimit;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import java.time.Duration;

/** The request exceeds the rate limit and was not executed. */
public final class RateLimitExceeded extends ParleyException {

    private final transient RateLimitStatus standing;

    /**
     * @param retryAfter the time until the next token
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
            case REGISTRATIONS -> "Too many registrations from this address in too short a time.";
            case FAILED_LOGINS -> "Too many failed logins for this username or from this address.";
        };
    }
}
