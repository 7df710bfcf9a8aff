package dev.parley.ratelimit;

import io.github.bucket4j.BucketConfiguration;
import java.time.Duration;

/**
 * The refill rate and the capacity of a token bucket.
 *
 * @param limit tokens added evenly per window
 * @param burst capacity of the bucket: tokens that a caller may consume at once after a pause
 */
public record Rate(int limit, Duration window, int burst) {

    BucketConfiguration configuration() {
        return BucketConfiguration.builder()
                .addLimit(bandwidth -> bandwidth.capacity(burst).refillGreedy(limit, window))
                .build();
    }

    /** Part of the bucket's key: a change of the configured rate starts with a new bucket. */
    String key() {
        return limit + "/" + window.toMillis() + "/" + burst;
    }
}
