package dev.parley.ratelimit;

import dev.parley.platform.jobs.Deadline;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Buckets of this process. Each is touched only under its place in the map, so that none is removed
 * while a token is taken from it.
 */
final class InMemoryBucketStore implements BucketStore {

    private static final int BATCH_SIZE = 1_000;

    private final ConcurrentHashMap<Key, Bucket> buckets = new ConcurrentHashMap<>();
    private final int most;
    private final TimeMeter time;

    InMemoryBucketStore(int most, TimeMeter time) {
        this.most = most;
        this.time = time;
    }

    @Override
    public int removeStale(Deadline deadline) {
        int removed = 0;
        int looked = 0;
        for (Key key : buckets.keySet()) {
            looked++;
            if (looked % BATCH_SIZE == 0 && deadline.hasPassed()) {
                return removed;
            }
            if (isStale(key)) {
                removed++;
            }
        }
        return removed;
    }

    int size() {
        return buckets.size();
    }

    private boolean isStale(Key key) {
        return buckets.computeIfPresent(
                        key,
                        (same, bucket) ->
                                bucket.getAvailableTokens() >= key.rate().burst() ? null : bucket)
                == null;
    }

    @Override
    public <T> T use(LimitedAction limit, Rate rate, String text, Function<Bucket, T> once) {
        AtomicReference<@Nullable T> result = new AtomicReference<>();
        buckets.compute(
                place(new Key(limit, rate, text)),
                (key, known) -> {
                    Bucket bucket = known == null ? fresh(rate) : known;
                    result.set(once.apply(bucket));
                    return bucket;
                });
        return Objects.requireNonNull(result.get());
    }

    /** Where there is no room for another, a stranger shares what is left with all strangers. */
    private Key place(Key key) {
        return buckets.size() < most || buckets.containsKey(key)
                ? key
                : new Key(key.limit(), key.rate(), "*");
    }

    private Bucket fresh(Rate rate) {
        return Bucket.builder()
                .addLimit(bandwidth ->
                        bandwidth.capacity(rate.burst()).refillGreedy(rate.limit(), rate.window()))
                .withCustomTimePrecision(time)
                .withSynchronizationStrategy(SynchronizationStrategy.NONE)
                .build();
    }

    private record Key(LimitedAction limit, Rate rate, String whose) {}
}
