package dev.parley.ratelimit;

import java.time.Duration;

/**
 * How a caller stands after a request.
 *
 * @param remaining tokens that are left
 * @param untilFull how long until the bucket is full again, where nothing more is taken
 */
public record RateLimitStatus(LimitedAction limit, Rate rate, long remaining, Duration untilFull) {}
