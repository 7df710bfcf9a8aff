package dev.parley.ratelimit;

import dev.parley.platform.database.Bulkhead;
import dev.parley.platform.database.CapacityExceeded;
import dev.parley.platform.jobs.Deadline;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
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
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * Token buckets in PostgreSQL, shared by all replicas. Each operation is a short transaction that
 * locks the row of the bucket.
 */
final class DatabaseBucketStore implements BucketStore {

    private static final int BATCH_SIZE = 5_000;

    /** Keeps buckets longer than needed, because the clocks of the replicas differ a little. */
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(10);

    /** Maximum number of database connections for the buckets of accounts. */
    private static final int CONNECTIONS_FOR_ACCOUNTS = 2;

    /** And for the buckets of callers without a token, who must not delay accounts. */
    private static final int CONNECTIONS_FOR_STRANGERS = 1;

    /** Maximum number of database connections for all buckets. */
    static final int MAX_CONNECTIONS = CONNECTIONS_FOR_ACCOUNTS + CONNECTIONS_FOR_STRANGERS;

    private static final int MAX_REFUSED_CALLERS = 10_000;

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Bulkhead forAccounts = bulkhead(CONNECTIONS_FOR_ACCOUNTS);
    private final Bulkhead forStrangers = bulkhead(CONNECTIONS_FOR_STRANGERS);
    private final RefusedCallers refused;
    private final PostgreSQLSelectForUpdateBasedProxyManager<String> buckets;

    DatabaseBucketStore(DataSource database, Clock clock) {
        this.refused = new RefusedCallers(MAX_REFUSED_CALLERS, clock);
        this.buckets =
                Bucket4jPostgreSQL.selectForUpdateBasedBuilder(database)
                        .primaryKeyMapper(PrimaryKeyMapper.STRING)
                        .table("buckets")
                        .clientClock(timeMeter(clock))
                        .requestTimeout(TIMEOUT)
                        .expirationAfterWrite(
                                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                                        CLOCK_SKEW))
                        .build();
    }

    @Override
    public ConsumptionProbe consume(LimitedAction limit, Rate rate, String caller) {
        BucketKey bucket = new BucketKey(limit, rate, caller);
        return refused.of(bucket)
                .orElseGet(() -> {
                    ConsumptionProbe probe = BucketStore.super.consume(limit, rate, caller);
                    refused.remember(bucket, probe);
                    return probe;
                });
    }

    @Override
    public void refund(LimitedAction limit, Rate rate, String caller) {
        BucketStore.super.refund(limit, rate, caller);
        refused.forget(new BucketKey(limit, rate, caller));
    }

    /** Concurrent requests wait for a permit here and do not use up the connection pool. */
    @Override
    public <T> T withBucket(
            LimitedAction limit, Rate rate, String caller, Function<Bucket, T> operation) {
        Bulkhead bulkhead = limit.isOfAccount() ? forAccounts : forStrangers;
        String key = key(limit, rate, caller);
        try {
            return bulkhead.run(() -> operation.apply(buckets.getProxy(key, rate::configuration)));
        } catch (TimeoutException failure) {
            throw new CapacityExceeded(
                    "Reading the rate limit took too long: " + failure.getMessage());
        }
    }

    @Override
    public int removeStale(Deadline deadline) {
        return deadline.inBatches(BATCH_SIZE, () -> buckets.removeExpired(BATCH_SIZE));
    }

    /** The key has a hash of the caller: the table contains neither addresses nor names. */
    private static String key(LimitedAction limit, Rate rate, String caller) {
        byte[] hash = HexFormat.of().parseHex(HashUtil.sha256(caller));
        return limit.text()
                + ":"
                + rate.key()
                + ":"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    private static Bulkhead bulkhead(int connections) {
        return new Bulkhead(connections, TIMEOUT, "Too many requests wait for their rate limit.");
    }

    private static TimeMeter timeMeter(Clock clock) {
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
