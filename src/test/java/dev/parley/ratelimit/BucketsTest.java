package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.background.Deadline;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import io.github.bucket4j.TimeMeter;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Wherever buckets are kept, exactly as many pass as the rate allows. */
@ParleyTest
class BucketsTest {

    private static final Rate SEVEN_AN_HOUR = new Rate(7, Duration.ofHours(1), 7);
    private static final Rate SLOW = new Rate(100, Duration.ofDays(1_000), 100);
    private static final Duration LONG = Duration.ofMinutes(1);

    @Inject DataSource database;

    private final Watch watch = new Watch();

    @ParameterizedTest
    @EnumSource(RateLimitConfig.Store.class)
    void letsExactlySoManyThroughWhoComeAtOnce(RateLimitConfig.Store store) {
        Buckets buckets = buckets(store);
        String whose = UUID.randomUUID().toString();

        List<Boolean> passed =
                Person.atOnce(200, () -> buckets.take(Limit.TURNS, SLOW, whose).isConsumed());

        assertThat(passed.stream().filter(one -> one)).hasSize(100);
    }

    /** Threads of the machine, in one bucket without a pause: a take that is lost shows. */
    @Test
    void losesNoTakeWhereManyMeetInOneBucket() throws InterruptedException {
        Buckets buckets = buckets(RateLimitConfig.Store.MEMORY);
        Rate many = new Rate(1, Duration.ofDays(1_000), 300_000);
        AtomicLong passed = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int take = 0; take < 100_000; take++) {
                                    if (buckets.take(Limit.TURNS, many, "one").isConsumed()) {
                                        passed.incrementAndGet();
                                    }
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(passed.get()).isEqualTo(300_000);
    }

    @ParameterizedTest
    @EnumSource(RateLimitConfig.Store.class)
    void givesBackEvenlyAsTimeGoesBy(RateLimitConfig.Store store) {
        Buckets buckets = buckets(store);
        String whose = UUID.randomUUID().toString();
        for (int i = 0; i < 7; i++) {
            assertThat(takes(buckets, whose)).isTrue();
        }
        assertThat(takes(buckets, whose)).isFalse();

        watch.goOn(Duration.ofHours(1).dividedBy(7).plusMillis(1));

        assertThat(takes(buckets, whose)).isTrue();
        assertThat(takes(buckets, whose)).isFalse();
        buckets.giveBack(Limit.REGISTRATIONS, SEVEN_AN_HOUR, whose);
        assertThat(takes(buckets, whose)).isTrue();
        assertThat(takes(buckets, "another" + whose)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(RateLimitConfig.Store.class)
    void removesThoseThatAreFullAgainAndNoOthers(RateLimitConfig.Store store) {
        Buckets buckets = buckets(store);
        String gone = UUID.randomUUID().toString();
        String here = UUID.randomUUID().toString();
        takes(buckets, gone);
        watch.goOn(Duration.ofMinutes(30));
        // Bucket4j removes by the system's time
        Postgres.database().change("update buckets set expires_at = 1");
        for (int i = 0; i < 7; i++) {
            takes(buckets, here);
        }

        assertThat(buckets.removeStale(Deadline.in(LONG))).isGreaterThanOrEqualTo(1);

        assertThat(takes(buckets, here)).isFalse();
        assertThat(buckets.removeStale(Deadline.in(LONG))).isZero();
    }

    /** However many are stale: each batch is short, and who comes meanwhile is served. */
    @Test
    void goesOnServingWhileAMillionAreRemoved() {
        BucketsInMemory buckets = new BucketsInMemory(2_000_000, watch);
        for (int i = 0; i < 1_000_000; i++) {
            buckets.take(Limit.REQUESTS, SEVEN_AN_HOUR, "stale-" + i);
        }
        watch.goOn(Duration.ofHours(2));
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> served =
                CompletableFuture.supplyAsync(() -> {
                    int count = 0;
                    while (!over.get()) {
                        assertThat(
                                        buckets.take(
                                                        Limit.TURNS,
                                                        SLOW,
                                                        UUID.randomUUID().toString())
                                                .isConsumed())
                                .isTrue();
                        count++;
                    }
                    return count;
                });

        int removed = buckets.removeStale(Deadline.in(LONG));
        over.set(true);
        int takenMeanwhile = served.join();

        assertThat(removed).isEqualTo(1_000_000);
        assertThat(buckets.size()).isEqualTo(takenMeanwhile);
    }

    @Test
    void leavesTheRestWhenItsTimeIsOver() {
        BucketsInMemory buckets = new BucketsInMemory(100_000, watch);
        for (int i = 0; i < 10_000; i++) {
            buckets.take(Limit.REQUESTS, SEVEN_AN_HOUR, "stale-" + i);
        }
        watch.goOn(Duration.ofHours(2));

        assertThat(buckets.removeStale(Deadline.in(Duration.ZERO))).isLessThan(1_000);
    }

    @Test
    void keepsNoMoreThanItMayAndLetsStrangersShare() {
        BucketsInMemory buckets = new BucketsInMemory(1_000, watch);
        for (int i = 0; i < 1_000; i++) {
            takes(buckets, "address-" + i);
        }

        for (int i = 0; i < 7; i++) {
            assertThat(takes(buckets, "stranger-" + i)).isTrue();
        }
        assertThat(takes(buckets, "stranger-7")).isFalse();
        assertThat(takes(buckets, "address-7")).isTrue();
        assertThat(buckets.size()).isEqualTo(1_001);
    }

    @Test
    void writesNobodysNameDown() {
        buckets(RateLimitConfig.Store.DATABASE)
                .take(Limit.FAILED_LOGINS, SEVEN_AN_HOUR, "name:ada-lovelace");

        assertThat(Postgres.database().texts("select id from buckets where id like '%ada%'"))
                .isEmpty();
    }

    private boolean takes(Buckets buckets, String whose) {
        return buckets.take(Limit.REGISTRATIONS, SEVEN_AN_HOUR, whose).isConsumed();
    }

    private Buckets buckets(RateLimitConfig.Store store) {
        return switch (store) {
            case MEMORY -> new BucketsInMemory(10_000, watch);
            case DATABASE -> new BucketsInDatabase(database, watch.clock());
        };
    }

    /** A time that goes on when it is told to. */
    private static final class Watch implements TimeMeter {

        private final AtomicLong millis = new AtomicLong(Clock.systemUTC().millis());

        void goOn(Duration by) {
            millis.addAndGet(by.toMillis());
        }

        @Override
        public long currentTimeNanos() {
            return millis.get() * 1_000_000;
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }

        Clock clock() {
            return new Clock() {
                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return Instant.ofEpochMilli(millis.get());
                }
            };
        }
    }
}
