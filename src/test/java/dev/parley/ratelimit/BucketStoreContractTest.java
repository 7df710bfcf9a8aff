package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.jobs.Deadline;
import dev.parley.testing.Person;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is asked of buckets, wherever they are kept, by a clock of the test's. */
abstract class BucketStoreContractTest {

    static final Duration LONG = Duration.ofMinutes(1);
    static final Rate SEVEN_AN_HOUR = new Rate(7, Duration.ofHours(1), 7);
    private static final Rate TWO_AN_HOUR_AND_FIVE_AT_ONCE = new Rate(2, Duration.ofHours(1), 5);
    private static final Rate SLOW = new Rate(100, Duration.ofDays(1_000), 100);

    final MovableTime watch = new MovableTime();

    private final String whose = UUID.randomUUID().toString();

    /** Those to be tested, which live by {@link #watch}. */
    abstract BucketStore buckets();

    /** Lets time go by for all buckets. */
    void goOn(Duration by) {
        watch.goOn(by);
    }

    @Test
    void letsExactlyBurstThroughWhereManyComeAtOnce() {
        BucketStore buckets = buckets();

        List<Boolean> passed =
                Person.atOnce(
                        200, () -> buckets.consume(LimitedAction.TURNS, SLOW, whose).isConsumed());

        assertThat(passed.stream().filter(item -> item)).hasSize(100);
    }

    @Test
    void fillsBucketEvenlyAsTimeGoesBy() {
        BucketStore buckets = buckets();
        assertThat(taken(buckets, SEVEN_AN_HOUR, whose)).isEqualTo(7);

        goOn(Duration.ofHours(1).dividedBy(7).minusMillis(1));
        assertThat(taken(buckets, SEVEN_AN_HOUR, whose)).isZero();
        goOn(Duration.ofMillis(2));
        assertThat(taken(buckets, SEVEN_AN_HOUR, whose)).isEqualTo(1);
    }

    @Test
    void fillsBucketByLimitAndNeverBeyondBurst() {
        BucketStore buckets = buckets();
        assertThat(taken(buckets, TWO_AN_HOUR_AND_FIVE_AT_ONCE, whose)).isEqualTo(5);

        goOn(Duration.ofHours(1));
        assertThat(taken(buckets, TWO_AN_HOUR_AND_FIVE_AT_ONCE, whose)).isEqualTo(2);
        goOn(Duration.ofHours(4));
        assertThat(taken(buckets, TWO_AN_HOUR_AND_FIVE_AT_ONCE, whose)).isEqualTo(5);
    }

    @Test
    void tellsHowManyTokensAreLeftAndWhenTheNextOneComes() {
        BucketStore buckets = buckets();
        assertThat(buckets.consume(LimitedAction.TURNS, TWO_AN_HOUR_AND_FIVE_AT_ONCE, whose))
                .satisfies(probe -> {
                    assertThat(probe.getRemainingTokens()).isEqualTo(4);
                    assertThat(probe.getNanosToWaitForReset())
                            .isEqualTo(Duration.ofMinutes(30).toNanos());
                });
        taken(buckets, TWO_AN_HOUR_AND_FIVE_AT_ONCE, whose);

        assertThat(buckets.consume(LimitedAction.TURNS, TWO_AN_HOUR_AND_FIVE_AT_ONCE, whose))
                .satisfies(probe -> {
                    assertThat(probe.isConsumed()).isFalse();
                    assertThat(probe.getNanosToWaitForRefill())
                            .isEqualTo(Duration.ofMinutes(30).toNanos());
                });
    }

    @Test
    void givesTokenBack() {
        BucketStore buckets = buckets();
        taken(buckets, SEVEN_AN_HOUR, whose);

        buckets.refund(LimitedAction.TURNS, SEVEN_AN_HOUR, whose);

        assertThat(taken(buckets, SEVEN_AN_HOUR, whose)).isEqualTo(1);
    }

    @Test
    void keepsBucketsOfEachCallerLimitAndRateApart() {
        BucketStore buckets = buckets();
        taken(buckets, SEVEN_AN_HOUR, whose);

        assertThat(taken(buckets, SEVEN_AN_HOUR, "another" + whose)).isEqualTo(7);
        assertThat(buckets.consume(LimitedAction.REQUESTS, SEVEN_AN_HOUR, whose).isConsumed())
                .isTrue();
        assertThat(taken(buckets, new Rate(7, Duration.ofHours(1), 8), whose)).isEqualTo(8);
    }

    @Test
    void removesBucketsThatAreFullAgainAndNoOthers() {
        BucketStore buckets = buckets();
        taken(buckets, SEVEN_AN_HOUR, "gone" + whose);
        goOn(Duration.ofHours(6));
        taken(buckets, SEVEN_AN_HOUR, whose);
        // Half of its tokens have come back, three and a half
        goOn(Duration.ofMinutes(30));

        assertThat(buckets.removeStale(Deadline.in(LONG))).isGreaterThanOrEqualTo(1);

        assertThat(taken(buckets, SEVEN_AN_HOUR, whose)).isEqualTo(3);
        assertThat(buckets.removeStale(Deadline.in(LONG))).isZero();
    }

    /** Takes tokens until there is none. */
    private static int taken(BucketStore buckets, Rate rate, String text) {
        int taken = 0;
        while (buckets.consume(LimitedAction.TURNS, rate, text).isConsumed()) {
            taken++;
        }
        return taken;
    }
}
