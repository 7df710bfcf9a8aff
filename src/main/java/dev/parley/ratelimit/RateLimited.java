package dev.parley.ratelimit;

import java.time.Duration;

/** The caller came too fast; nothing was done. */
public final class RateLimited extends RuntimeException {

    private final transient Standing standing;
    private final Duration retryAfter;

    RateLimited(Standing standing, Duration retryAfter) {
        super("The limit " + standing.limit().text() + " is reached", null, false, false);
        this.standing = standing;
        this.retryAfter = retryAfter;
    }

    public Standing standing() {
        return standing;
    }

    /** When there is a token again. */
    public Duration retryAfter() {
        return retryAfter;
    }

    public String detail() {
        return switch (standing.limit()) {
            case TURNS -> "Too many turns in too short a time.";
            case REQUESTS -> "Too many requests in too short a time.";
            case REGISTRATIONS -> "Too many accounts were made from this address.";
            case FAILED_LOGINS -> "Too many log-ins failed, for this name or from this address.";
        };
    }
}
