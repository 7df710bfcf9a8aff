package dev.parley.ratelimit;

import io.github.bucket4j.ConsumptionProbe;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Remembers until when callers have no token, so that a caller who goes on costs the database
 * nothing. A full memory remembers nobody new; then the database is asked.
 */
final class RefusedCallers {

    private final ConcurrentMap<BucketKey, Refusal> refusals = new ConcurrentHashMap<>();
    private final int max;
    private final Clock clock;

    RefusedCallers(int max, Clock clock) {
        this.max = max;
        this.clock = clock;
    }

    /** The refusal of a bucket that is known to have no token yet, with the time that is left. */
    Optional<ConsumptionProbe> of(BucketKey bucket) {
        return Optional.ofNullable(refusals.get(bucket))
                .filter(refusal -> {
                    boolean isOver = refusal.until() <= clock.millis();
                    return !isOver || !refusals.remove(bucket, refusal);
                })
                .map(refusal -> refusal.probeAt(clock.millis()));
    }

    void remember(BucketKey bucket, ConsumptionProbe probe) {
        if (probe.isConsumed()) {
            return;
        }
        long now = clock.millis();
        if (refusals.size() >= max) {
            refusals.values().removeIf(refusal -> refusal.until() <= now);
        }
        if (refusals.size() < max) {
            refusals.put(
                    bucket,
                    new Refusal(
                            now + millis(probe.getNanosToWaitForRefill()),
                            now + millis(probe.getNanosToWaitForReset())));
        }
    }

    /** A token was put back. */
    void forget(BucketKey bucket) {
        refusals.remove(bucket);
    }

    private static long millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }

    /**
     * @param until when the next token comes, in milliseconds of the clock
     * @param full when the bucket is full again
     */
    private record Refusal(long until, long full) {

        ConsumptionProbe probeAt(long now) {
            return ConsumptionProbe.rejected(
                    0,
                    Duration.ofMillis(Math.max(1, until - now)).toNanos(),
                    Duration.ofMillis(Math.max(1, full - now)).toNanos());
        }
    }
}
