package dev.parley.api.filter;

import jakarta.inject.Singleton;
import java.time.Duration;

/** The time that a request may take to arrive. */
@Singleton
public class RequestTimeouts {

    private final Duration headers;
    private final Duration body;
    private final long minBodyRate;

    RequestTimeouts(HttpConfig config) {
        this.headers = config.headerTimeout();
        this.body = config.bodyTimeout();
        this.minBodyRate = Math.max(1, config.minBodyRate().asLongValue());
    }

    public Duration headers() {
        return headers;
    }

    /** The time for the first bytes of a body. */
    public Duration body() {
        return body;
    }

    /**
     * The rest of a body's time, which grows by a second with each {@code
     * parley.http.min-body-rate}; negative if the time is over.
     */
    public Duration bodyTimeLeft(long elapsedNanos, long bytes) {
        return body.plusMillis(bytes * 1000 / minBodyRate).minusNanos(elapsedNanos);
    }
}
