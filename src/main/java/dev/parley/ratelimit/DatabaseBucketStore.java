package dev.parley.ratelimit;

import dev.parley.platform.database.CapacityExceeded;
import dev.parley.platform.jobs.Deadline;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TimeoutException;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.jdbc.PrimaryKeyMapper;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;
import io.github.bucket4j.postgresql.PostgreSQLSelectForUpdateBasedProxyManager;
import io.quarkus.runtime.util.HashUtil;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * Buckets in PostgreSQL, one for all replicas. Each use is a short transaction of its own, with the
 * bucket's row locked; nothing of it is held afterwards.
 */
final class DatabaseBucketStore implements BucketStore {

    private static final int BATCH_SIZE = 5_000;

    /** Replicas' clocks are not the same to the moment. */
    private static final Duration LONGER = Duration.ofSeconds(10);

    /** Connections that buckets may take at once. */
    private static final int PLACES = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Semaphore places = new Semaphore(PLACES, true);
    private final PostgreSQLSelectForUpdateBasedProxyManager<String> buckets;

    DatabaseBucketStore(DataSource database, Clock clock) {
        this.buckets =
                Bucket4jPostgreSQL.selectForUpdateBasedBuilder(database)
                        .primaryKeyMapper(PrimaryKeyMapper.STRING)
                        .table("buckets")
                        .clientClock(timeOf(clock))
                        .requestTimeout(PATIENCE)
                        .expirationAfterWrite(
                                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                                        LONGER))
                        .build();
    }

    /**
     * A caller's many requests wait for each other here, and not at all connections of the pool.
     */
    @Override
    public <T> T use(LimitedAction limit, Rate rate, String text, Function<Bucket, T> once) {
        enter();
        try {
            return once.apply(buckets.getProxy(key(limit, rate, text), rate::configuration));
        } catch (TimeoutException failure) {
            throw new CapacityExceeded("A token took too long: " + failure.getMessage());
        } finally {
            places.release();
        }
    }

    private void enter() {
        try {
            if (places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        throw new CapacityExceeded("Too many requests wait for their tokens.");
    }

    @Override
    public int removeStale(Deadline deadline) {
        return deadline.inBatches(BATCH_SIZE, () -> buckets.removeExpired(BATCH_SIZE));
    }

    /** Whose it is, is nobody's to read: neither addresses nor names stand in the table. */
    private static String key(LimitedAction limit, Rate rate, String text) {
        byte[] hash = HexFormat.of().parseHex(HashUtil.sha256(text));
        return limit.text()
                + ":"
                + rate.key()
                + ":"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    private static TimeMeter timeOf(Clock clock) {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return clock.millis() * 1_000_000;
            }

            @Override
            public boolean isWallClockBased() {
                return true;
            }
        };
    }
}
