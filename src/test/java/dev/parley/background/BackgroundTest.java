package dev.parley.background;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Wait;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Promise 8: jobs are bounded, never overlap themselves, and survive their failures. */
@ParleyTest
class BackgroundTest {

    @Inject WatchJobs watch;
    @Inject MeterRegistry meters;

    @AfterEach
    void calm() {
        Odd.behaviour = Behaviour.NOTHING;
        Odd.release.countDown();
    }

    @Test
    void comesAgainAfterAFailure() {
        double before = runs("failed");
        Odd.behaviour = Behaviour.FAIL;

        Wait.until(() -> runs("failed") >= before + 2);

        Odd.behaviour = Behaviour.NOTHING;
        double done = runs("done");
        Wait.until(() -> runs("done") > done);
    }

    @Test
    void neverRunsTwiceAtOnceAndIsToldOfAndInterruptedWhereItIsStuck() {
        Odd.release = new CountDownLatch(1);
        Odd.mostAtOnce.set(0);
        int interrupted = Odd.interrupted.get();
        int begun = Odd.begun.get();
        Odd.behaviour = Behaviour.HANG;

        Wait.until(() -> Odd.begun.get() > begun);
        Wait.until(() -> meters.get("parley.jobs.overdue").gauge().value() >= 1);
        assertThat(Odd.mostAtOnce.get()).isEqualTo(1);
        watch.look(Duration.ofDays(1));
        assertThat(Odd.interrupted.get()).isEqualTo(interrupted);
        watch.look(Duration.ZERO);

        Wait.until(() -> Odd.interrupted.get() > interrupted);
        Odd.behaviour = Behaviour.NOTHING;
        double done = runs("done");
        Wait.until(() -> runs("done") > done);
        assertThat(Odd.mostAtOnce.get()).isEqualTo(1);
    }

    private double runs(String outcome) {
        return meters.get("parley.job").tags("job", "odd", "outcome", outcome).timer().count();
    }

    /** What the odd job does at its next time. */
    enum Behaviour {
        NOTHING,
        FAIL,
        HANG
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
        public Duration limit() {
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
                    } catch (InterruptedException stuck) {
                        interrupted.incrementAndGet();
                    }
                }
            }
        }
    }
}
