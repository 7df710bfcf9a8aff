package dev.parley.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.Logged;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** G8: jobs are bounded, never overlap themselves, and survive their failures. */
@ParleyTest
class JobSchedulerTest {

    @Inject StuckJobMonitor watch;
    @Inject MeterRegistry meters;

    @AfterEach
    void calm() {
        Odd.behaviour = Behaviour.NOTHING;
        Odd.release.countDown();
        OfCluster.oncePerCluster = false;
    }

    @ExpectedErrors("The job odd failed")
    @Test
    void runsJobAgainAfterItFailed() {
        double before = runs("failed");
        Odd.behaviour = Behaviour.FAIL;

        Wait.until(() -> runs("failed") >= before + 2);

        Odd.behaviour = Behaviour.NOTHING;
        double done = runs("done");
        Wait.until(() -> runs("done") > done);
    }

    @ExpectedErrors("The job odd is stuck")
    @Test
    void interruptsJobThatIsStuckAndNeverRunsItTwiceAtOnce() {
        hang();
        int interrupted = Odd.interrupted.get();

        // Long enough for the job's next time to come
        double number = runs("cluster", "done");
        Wait.until(() -> runs("cluster", "done") >= number + 3);
        assertThat(Odd.mostAtOnce.get()).isEqualTo(1);
        watch.check(Duration.ZERO);

        Wait.until(() -> Odd.interrupted.get() > interrupted);
        Odd.behaviour = Behaviour.NOTHING;
        double done = runs("done");
        Wait.until(() -> runs("done") > done);
        assertThat(Odd.mostAtOnce.get()).isEqualTo(1);
    }

    @Test
    void leavesOverdueJobAloneWithinGrace() {
        hang();
        int interrupted = Odd.interrupted.get();
        double done = runs("done");

        watch.check(Duration.ofDays(1));
        Odd.behaviour = Behaviour.NOTHING;
        Odd.release.countDown();

        Wait.until(() -> runs("done") > done);
        assertThat(Odd.interrupted.get()).isEqualTo(interrupted);
    }

    @Test
    void tellsOfEachOverdueRunOnce() {
        hang();

        try (Logged log = Logged.of(StuckJobMonitor.class)) {
            // The watch itself may have told of it already
            watch.check(Duration.ofDays(1));
            int told = log.lines().size();
            watch.check(Duration.ofDays(1));

            assertThat(log.lines()).hasSize(told).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void leavesJobOfClusterToReplicaThatHasTakenIt() {
        taken("1 day");
        OfCluster.oncePerCluster = true;
        // A run may have begun before
        double done = runs("cluster", "done");
        Wait.until(() -> runs("cluster", "done") >= done + 1);
        int run = OfCluster.RUNS.get();

        double skipped = runs("cluster", "done");
        Wait.until(() -> runs("cluster", "done") >= skipped + 2);
        assertThat(OfCluster.RUNS.get()).isEqualTo(run);

        taken("-1 hour");
        Wait.until(() -> OfCluster.RUNS.get() > run);
    }

    /** When some replica has begun it last, from now. */
    private static void taken(String when) {
        Postgres.database()
                .change(
                        """
                        insert into jobs (name, began_at) values ('cluster', clock_timestamp() + ?::interval)
                        on conflict (name) do update set began_at = excluded.began_at
                        """,
                        when);
    }

    /** Lets the odd job begin, and not come back. */
    private void hang() {
        Odd.release = new CountDownLatch(1);
        Odd.mostAtOnce.set(0);
        int begun = Odd.begun.get();
        Odd.behaviour = Behaviour.HANG;

        Wait.until(() -> Odd.begun.get() > begun);
        Wait.until(() -> meters.get("parley.jobs.overdue").gauge().value() >= 1);
    }

    private double runs(String outcome) {
        return runs("odd", outcome);
    }

    private double runs(String job, String outcome) {
        return meters.get("parley.job").tags("job", job, "outcome", outcome).timer().count();
    }

    /** What the odd job does at its next time. */
    enum Behaviour {
        NOTHING,
        FAIL,
        HANG
    }

    /** A job that one replica does for all, while this test is at it: others count statements. */
    @ApplicationScoped
    public static class OfCluster implements Job {

        static final AtomicInteger RUNS = new AtomicInteger();
        static volatile boolean oncePerCluster;

        @Override
        public String name() {
            return "cluster";
        }

        @Override
        public Duration interval() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(5);
        }

        @Override
        public boolean oncePerCluster() {
            return oncePerCluster;
        }

        @Override
        public void run(Deadline deadline) {
            RUNS.incrementAndGet();
        }
    }

    /** A job that behaves as it is told. */
    @ApplicationScoped
    public static class Odd implements Job {

        static final AtomicInteger begun = new AtomicInteger();
        static final AtomicInteger interrupted = new AtomicInteger();
        static final AtomicInteger mostAtOnce = new AtomicInteger();
        static volatile Behaviour behaviour = Behaviour.NOTHING;
        static volatile CountDownLatch release = new CountDownLatch(1);
        private static final AtomicInteger AT_WORK = new AtomicInteger();

        @Override
        public String name() {
            return "odd";
        }

        @Override
        public Duration interval() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration timeout() {
            return Duration.ofMillis(100);
        }

        @Override
        public void run(Deadline deadline) {
            mostAtOnce.accumulateAndGet(AT_WORK.incrementAndGet(), Math::max);
            try {
                behave();
            } finally {
                AT_WORK.decrementAndGet();
            }
        }

        private static void behave() {
            switch (behaviour) {
                case NOTHING -> {}
                case FAIL -> throw new IllegalStateException("as it was told");
                case HANG -> {
                    begun.incrementAndGet();
                    try {
                        release.await();
                    } catch (InterruptedException interruption) {
                        interrupted.incrementAndGet();
                    }
                }
            }
        }
    }
}
