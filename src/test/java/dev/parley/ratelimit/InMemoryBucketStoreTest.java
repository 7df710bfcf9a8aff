package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.jobs.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Buckets of this process, and how many it keeps. */
class InMemoryBucketStoreTest extends BucketStoreContractTest {

    @Override
    BucketStore buckets() {
        return new InMemoryBucketStore(10_000, watch);
    }

    /** Threads of the machine, in one bucket without a pause: a take that is lost shows. */
    @Test
    void losesNoTakeWhereManyThreadsMeetInOneBucket() throws InterruptedException {
        BucketStore buckets = buckets();
        Rate many = new Rate(1, Duration.ofDays(1_000), 300_000);
        AtomicLong passed = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int take = 0; take < 100_000; take++) {
                                    if (buckets.consume(LimitedAction.TURNS, many, "one")
                                            .isConsumed()) {
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

    /** However many are stale: each batch is short, and who comes meanwhile is served. */
    @Test
    void goesOnServingWhileMillionBucketsAreRemoved() {
        InMemoryBucketStore buckets = new InMemoryBucketStore(2_000_000, watch);
        for (int i = 0; i < 1_000_000; i++) {
            takes(buckets, "stale-" + i);
        }
        watch.goOn(Duration.ofHours(2));
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> served =
                CompletableFuture.supplyAsync(() -> {
                    int count = 0;
                    while (!over.get()) {
                        assertThat(takes(buckets, UUID.randomUUID().toString())).isTrue();
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
    void leavesRestOfBucketsWhenTimeIsOver() {
        InMemoryBucketStore buckets = new InMemoryBucketStore(100_000, watch);
        for (int i = 0; i < 10_000; i++) {
            takes(buckets, "stale-" + i);
        }
        watch.goOn(Duration.ofHours(2));

        assertThat(buckets.removeStale(Deadline.in(Duration.ZERO))).isLessThan(1_000);
    }

    /** Names that were guessed at must not take the places of people who have an account. */
    @Test
    void floodOfStrangersLeavesAccountsTheirOwnBuckets() {
        InMemoryBucketStore buckets = new InMemoryBucketStore(1_000, watch);
        for (int i = 0; i < 2_000; i++) {
            buckets.consume(LimitedAction.FAILED_LOGINS, SEVEN_AN_HOUR, "name-" + i);
        }

        for (int i = 0; i < 20; i++) {
            assertThat(
                            buckets.consume(LimitedAction.TURNS, SEVEN_AN_HOUR, "account-" + i)
                                    .getRemainingTokens())
                    .isEqualTo(6);
        }
    }

    @Test
    void bucketThatWasOnlyGivenBackLeavesNothing() {
        InMemoryBucketStore buckets = new InMemoryBucketStore(1_000, watch);

        buckets.consume(LimitedAction.FAILED_LOGINS, SEVEN_AN_HOUR, "ada");
        assertThat(buckets.size()).isEqualTo(1);
        buckets.refund(LimitedAction.FAILED_LOGINS, SEVEN_AN_HOUR, "ada");

        assertThat(buckets.size()).isZero();
    }

    /** A name's compatibility characters become up to 18 characters each. */
    @Test
    void keepsNoLongKeyAndStillTellsLongNamesApart() {
        InMemoryBucketStore buckets = new InMemoryBucketStore(1_000, watch);
        String name = "a".repeat(4_000);
        takes(buckets, name + "1");

        assertThat(buckets.longestKey()).isLessThanOrEqualTo(64);
        assertThat(remaining(buckets, name + "1")).isEqualTo(5);
        assertThat(remaining(buckets, name + "2")).isEqualTo(6);
    }

    private static long remaining(BucketStore buckets, String caller) {
        return buckets.consume(LimitedAction.TURNS, SEVEN_AN_HOUR, caller).getRemainingTokens();
    }

    @Test
    void keepsNoMoreBucketsThanAllowedAndLetsStrangersShare() {
        InMemoryBucketStore buckets = new InMemoryBucketStore(1_000, watch);
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

    private static boolean takes(BucketStore buckets, String text) {
        return buckets.consume(LimitedAction.TURNS, SEVEN_AN_HOUR, text).isConsumed();
    }
}
