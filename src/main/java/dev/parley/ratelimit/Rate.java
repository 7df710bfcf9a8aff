package dev.parley.ratelimit;

import io.github.bucket4j.BucketConfiguration;
import java.time.Duration;

/**
 * How fast a bucket fills, and how much it holds.
 *
 * @param limit tokens that come back, evenly, in a window
 * @param burst tokens it holds at most: so many may be taken at once after a pause
 */
public record Rate(int limit, Duration window, int burst) {

    BucketConfiguration configuration() {
        return BucketConfiguration.builder()
                .addLimit(bandwidth -> bandwidth.capacity(burst).refillGreedy(limit, window))
                .build();
    }

    /** Buckets of different rates are different buckets: a change of the table begins anew. */
    String key() {
        return limit + "/" + window.toMillis() + "/" + burst;
    }
}
