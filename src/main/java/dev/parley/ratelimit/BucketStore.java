package dev.parley.ratelimit;

import dev.parley.platform.jobs.Deadline;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.util.function.Function;

/** Stores token buckets. The key of a bucket is the limited action, the rate and the caller. */
interface BucketStore {

    /**
     * Consumes a token, or returns the time until the next token. Never lets more callers pass than
     * the rate allows.
     */
    default ConsumptionProbe consume(LimitedAction limit, Rate rate, String caller) {
        return withBucket(limit, rate, caller, bucket -> bucket.tryConsumeAndReturnRemaining(1));
    }

    /** Puts a token back if the action that consumed the token did not happen. */
    default void refund(LimitedAction limit, Rate rate, String caller) {
        withBucket(
                limit,
                rate,
                caller,
                bucket -> {
                    bucket.addTokens(1);
                    return true;
                });
    }

    /** Runs an operation on a bucket, with exclusive access to the bucket. */
    <T> T withBucket(LimitedAction limit, Rate rate, String caller, Function<Bucket, T> operation);

    /**
     * Removes full buckets, in batches. A full bucket equals a new bucket.
     *
     * @return the number of removed buckets
     */
    int removeStale(Deadline deadline);
}
