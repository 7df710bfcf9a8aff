package dev.parley.ratelimit;

import java.time.Duration;

/**
 * The token bucket of a caller after a request.
 *
 * @param remaining tokens that are left
 * @param untilFull the time until the bucket is full again, without further requests
 */
public record RateLimitStatus(LimitedAction limit, Rate rate, long remaining, Duration untilFull) {}
