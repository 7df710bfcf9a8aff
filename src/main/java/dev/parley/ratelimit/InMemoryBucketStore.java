package dev.parley.ratelimit;

import dev.parley.platform.jobs.Deadline;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets of this process. A bucket is used only inside of an atomic operation of the map, so
 * that no bucket is removed while a token is consumed.
 */
final class InMemoryBucketStore implements BucketStore {

    private static final int BATCH_SIZE = 1_000;

    private final ConcurrentHashMap<BucketKey, Bucket> ofAccounts = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<BucketKey, Bucket> ofStrangers = new ConcurrentHashMap<>();
    private final int maxBuckets;
    private final TimeMeter time;

    InMemoryBucketStore(int maxBuckets, TimeMeter time) {
        this.maxBuckets = maxBuckets;
        this.time = time;
    }

    @Override
    public int removeStale(Deadline deadline) {
        return removeStale(ofAccounts, deadline) + removeStale(ofStrangers, deadline);
    }

    private static int removeStale(
            ConcurrentHashMap<BucketKey, Bucket> buckets, Deadline deadline) {
        int removed = 0;
        int checked = 0;
        for (BucketKey key : buckets.keySet()) {
            checked++;
            if (checked % BATCH_SIZE == 0 && deadline.hasPassed()) {
                return removed;
            }
            if (removeIfFull(buckets, key)) {
                removed++;
            }
        }
        return removed;
    }

    int size() {
        return ofAccounts.size() + ofStrangers.size();
    }

    private static boolean removeIfFull(
            ConcurrentHashMap<BucketKey, Bucket> buckets, BucketKey key) {
        return buckets.computeIfPresent(
                        key, (ignored, bucket) -> isFull(bucket, key.rate()) ? null : bucket)
                == null;
    }

    /** A full bucket equals a new bucket, so it is not kept. */
    private static boolean isFull(Bucket bucket, Rate rate) {
        return bucket.getAvailableTokens() >= rate.burst();
    }

    @Override
    public <T> T withBucket(
            LimitedAction limit, Rate rate, String caller, Function<Bucket, T> operation) {
        ConcurrentHashMap<BucketKey, Bucket> buckets =
                limit.isOfAccount() ? ofAccounts : ofStrangers;
        AtomicReference<@Nullable T> result = new AtomicReference<>();
        buckets.compute(
                sharedIfFull(buckets, new BucketKey(limit, rate, caller)),
                (key, existing) -> {
                    Bucket bucket = existing == null ? newBucket(rate) : existing;
                    result.set(operation.apply(bucket));
                    return isFull(bucket, rate) ? null : bucket;
                });
        return Objects.requireNonNull(result.get());
    }

    /** If the map is full, all its callers without a bucket share one bucket. */
    private BucketKey sharedIfFull(ConcurrentHashMap<BucketKey, Bucket> buckets, BucketKey key) {
        return buckets.size() < maxBuckets || buckets.containsKey(key)
                ? key
                : new BucketKey(key.limit(), key.rate(), "*");
    }

    private Bucket newBucket(Rate rate) {
        return Bucket.builder()
                .addLimit(bandwidth ->
                        bandwidth.capacity(rate.burst()).refillGreedy(rate.limit(), rate.window()))
                .withCustomTimePrecision(time)
                .withSynchronizationStrategy(SynchronizationStrategy.NONE)
                .build();
    }

    /** The number of characters of the longest key. */
    int longestKey() {
        return Stream.of(ofAccounts, ofStrangers)
                .flatMap(buckets -> buckets.keySet().stream())
                .mapToInt(key -> key.caller().length())
                .max()
                .orElse(0);
    }
}
