package dev.parley.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.Wait;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a runner trusts itself, by a clock of the test's. */
class ThisRunnerTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration BEAT = Duration.ofSeconds(5);

    private final AtomicLong time = new AtomicLong(-1_000);
    private final ThisRunner runner = new ThisRunner(new Settings(LEASE, BEAT), time::get);

    @Test
    void judgesNobodyBeforeItWasHeard() {
        assertThat(runner.mayJudge()).isFalse();
    }

    @Test
    void judgesOthersFromItsFirstBeatOn() {
        runner.heard();

        assertThat(runner.mayJudge()).isTrue();
        assertThatCode(runner::requireLease).doesNotThrowAnyException();
    }

    /** The database counts 30 s; here they are over a good while before. */
    @Test
    void judgesNobodyAfterTwoThirdsOfLeaseWithoutBeat() {
        runner.heard();

        goOn(Duration.ofSeconds(19));
        assertThat(runner.mayJudge()).isTrue();
        goOn(Duration.ofSeconds(1));
        assertThat(runner.mayJudge()).isFalse();
    }

    @Test
    void holdsBackForTwoBeatsAfterItWasCutOff() {
        runner.heard();
        goOn(Duration.ofSeconds(16));
        runner.heard();

        assertThat(runner.mayJudge()).isFalse();
        goOn(BEAT);
        runner.heard();
        assertThat(runner.mayJudge()).isFalse();
        goOn(BEAT);
        runner.heard();
        assertThat(runner.mayJudge()).isTrue();
    }

    @Test
    void goesOnJudgingWhereBeatIsLateByLessThanHalfItsLease() {
        runner.heard();
        goOn(Duration.ofSeconds(15));

        runner.heard();

        assertThat(runner.mayJudge()).isTrue();
    }

    @Test
    void waitsForBeatWhereLeaseIsInDoubt() {
        runner.heard();
        goOn(LEASE);
        CompletableFuture<Boolean> required = new CompletableFuture<>();
        Thread waiting = begin(required);

        Wait.until(() -> waiting.getState() == Thread.State.TIMED_WAITING || required.isDone());
        runner.heard();

        assertThat(required).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
    }

    @Test
    void refusesToBeginWithoutLeaseWhereNoBeatComes() {
        runner.heard();
        goOn(LEASE);

        assertThatThrownBy(runner::requireLease).isInstanceOf(RunnerAsleep.class);
    }

    @Test
    void waitsForBeatNoLongerThanUntilItIsDue() {
        assertThat(runner.nanosToNextBeat()).isZero();
        runner.heard();

        goOn(Duration.ofSeconds(2));

        assertThat(runner.nanosToNextBeat()).isEqualTo(Duration.ofSeconds(3).toNanos());
    }

    private Thread begin(CompletableFuture<Boolean> required) {
        return Thread.ofPlatform()
                .start(() -> {
                    try {
                        runner.requireLease();
                        required.complete(true);
                    } catch (RunnerAsleep asleep) {
                        required.completeExceptionally(asleep);
                    }
                });
    }

    private void goOn(Duration by) {
        time.addAndGet(by.toNanos());
    }

    private record Settings(Duration lease, Duration beat) implements RunnerConfig {}
}
