package dev.parley.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.Wait;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a runner trusts itself, by a clock of the test's. */
class RunnerLeaseTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration BEAT = Duration.ofSeconds(5);

    private final AtomicLong time = new AtomicLong(-1_000);
    private final RunnerLease runner = new RunnerLease(new Settings(LEASE, BEAT), time::get);

    @Test
    void judgesNobodyBeforeItWasHeard() {
        assertThat(runner.isValid()).isFalse();
        assertThat(runner.uninterrupted()).isZero();
    }

    /** What was before, it cannot know: the database may have been away. */
    @Test
    void observesOthersFromItsFirstBeatOn() {
        runner.renewed();

        assertThat(runner.isValid()).isTrue();
        assertThat(runner.uninterrupted()).isZero();
        goOn(BEAT);
        runner.renewed();
        goOn(Duration.ofSeconds(1));
        assertThat(runner.uninterrupted()).isEqualTo(BEAT.plusSeconds(1));
        assertThatCode(runner::requireLease).doesNotThrowAnyException();
    }

    /** The database counts 30 s; here they are over a good while before. */
    @Test
    void judgesNobodyAfterTwoThirdsOfLeaseWithoutBeat() {
        runner.renewed();

        goOn(Duration.ofSeconds(19));
        assertThat(runner.isValid()).isTrue();
        goOn(Duration.ofSeconds(1));
        assertThat(runner.isValid()).isFalse();
        assertThat(runner.uninterrupted()).isZero();
    }

    @Test
    void observesOthersAnewAfterItWasCutOff() {
        runner.renewed();
        goOn(Duration.ofSeconds(16));
        runner.renewed();

        goOn(BEAT);

        assertThat(runner.uninterrupted()).isEqualTo(BEAT);
    }

    @Test
    void goesOnObservingWhereBeatIsLateByLessThanHalfItsLease() {
        runner.renewed();
        goOn(Duration.ofSeconds(15));

        runner.renewed();

        assertThat(runner.uninterrupted()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void waitsForBeatWhereLeaseIsInDoubt() {
        runner.renewed();
        goOn(LEASE);
        CompletableFuture<Boolean> required = new CompletableFuture<>();
        Thread waiting = begin(required);

        Wait.until(() -> waiting.getState() == Thread.State.TIMED_WAITING || required.isDone());
        runner.renewed();

        assertThat(required).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
    }

    @Test
    void refusesToBeginWithoutLeaseWhereNoBeatComes() {
        runner.renewed();
        goOn(LEASE);

        assertThatThrownBy(runner::requireLease).isInstanceOf(LeaseLost.class);
    }

    @Test
    void waitsForBeatNoLongerThanUntilItIsDue() {
        assertThat(runner.nanosToNextHeartbeat()).isZero();
        runner.renewed();

        goOn(Duration.ofSeconds(2));

        assertThat(runner.nanosToNextHeartbeat()).isEqualTo(Duration.ofSeconds(3).toNanos());
    }

    private Thread begin(CompletableFuture<Boolean> required) {
        return Thread.ofPlatform()
                .start(() -> {
                    try {
                        runner.requireLease();
                        required.complete(true);
                    } catch (LeaseLost failure) {
                        required.completeExceptionally(failure);
                    }
                });
    }

    private void goOn(Duration by) {
        time.addAndGet(by.toNanos());
    }

    private record Settings(Duration leaseDuration, Duration heartbeatInterval)
            implements RunnerConfig {}
}
