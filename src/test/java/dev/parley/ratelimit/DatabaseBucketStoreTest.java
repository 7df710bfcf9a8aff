package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Postgres;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Buckets in PostgreSQL. */
@ParleyTest
class DatabaseBucketStoreTest extends BucketStoreContractTest {

    @Inject DataSource database;

    @Override
    BucketStore buckets() {
        return new DatabaseBucketStore(database, watch.clock());
    }

    /** Bucket4j removes by the system's time: what it wrote down comes nearer. */
    @Override
    void goOn(Duration by) {
        super.goOn(by);
        Postgres.database().change("update buckets set expires_at = expires_at - ?", by.toMillis());
    }

    /** The database hears of a caller who goes on only when there may be a token again. */
    @Test
    void callerWithoutTokensCostsDatabaseNothing() {
        BucketStore buckets = buckets();
        String caller = "at:" + UUID.randomUUID();
        for (int i = 0; i < 7; i++) {
            assertThat(consume(buckets, caller).isConsumed()).isTrue();
        }
        ConsumptionProbe refusal = consume(buckets, caller);

        Postgres.database().change("delete from buckets");
        for (int i = 0; i < 100; i++) {
            assertThat(consume(buckets, caller).isConsumed()).isFalse();
        }
        assertThat(consume(buckets, caller).getNanosToWaitForRefill())
                .isBetween(1L, refusal.getNanosToWaitForRefill());

        goOn(Duration.ofHours(1));
        assertThat(consume(buckets, caller).isConsumed()).isTrue();
    }

    @Test
    void tokenThatWasPutBackIsFoundAtOnce() {
        BucketStore buckets = buckets();
        String caller = "at:" + UUID.randomUUID();
        for (int i = 0; i < 8; i++) {
            consume(buckets, caller);
        }

        buckets.refund(LimitedAction.FAILED_LOGINS, SEVEN_AN_HOUR, caller);

        assertThat(consume(buckets, caller).isConsumed()).isTrue();
    }

    /** Strangers wait for each other only. */
    @Test
    void accountsAreServedWhileStrangersWait() throws Exception {
        BucketStore buckets = buckets();
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Thread> strangers =
                IntStream.range(0, 22)
                        .mapToObj(any ->
                                Thread.ofVirtual()
                                        .start(() ->
                                                buckets.withBucket(
                                                        LimitedAction.FAILED_LOGINS,
                                                        SEVEN_AN_HOUR,
                                                        "at:" + UUID.randomUUID(),
                                                        bucket -> {
                                                            working.countDown();
                                                            return waitFor(goOn);
                                                        })))
                        .toList();
        working.await();
        for (int i = 0; i < 20; i++) {
            buckets.consume(LimitedAction.REQUESTS, SEVEN_AN_HOUR, UUID.randomUUID().toString());
        }

        assertThat(strangers).allMatch(Thread::isAlive);
        goOn.countDown();
        for (Thread thread : strangers) {
            thread.join();
        }
    }

    private static boolean waitFor(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ConsumptionProbe consume(BucketStore buckets, String caller) {
        return buckets.consume(LimitedAction.FAILED_LOGINS, SEVEN_AN_HOUR, caller);
    }

    @Test
    void writesNobodysNameDown() {
        buckets().consume(LimitedAction.FAILED_LOGINS, SEVEN_AN_HOUR, "name:ada-lovelace");

        assertThat(Postgres.database().texts("select id from buckets where id like '%ada%'"))
                .isEmpty();
    }
}
