package dev.parley.ratelimit;

import dev.parley.platform.jobs.Deadline;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.util.function.Function;

/** Where buckets are kept. */
interface BucketStore {

    /** Takes a token, or tells when there is one. Exactly as many pass as the rate allows. */
    default ConsumptionProbe consume(LimitedAction limit, Rate rate, String text) {
        return use(limit, rate, text, bucket -> bucket.tryConsumeAndReturnRemaining(1));
    }

    /** Puts a token back that was taken for what did not happen. */
    default void refund(LimitedAction limit, Rate rate, String text) {
        use(
                limit,
                rate,
                text,
                bucket -> {
                    bucket.addTokens(1);
                    return true;
                });
    }

    /** Does one thing with a bucket, while nobody else does anything with it. */
    <T> T use(LimitedAction limit, Rate rate, String text, Function<Bucket, T> once);

    /**
     * Removes buckets that are full again, which say nothing any more, in batches.
     *
     * @return how many
     */
    int removeStale(Deadline deadline);
}
