package dev.parley.platform.jobs;

import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Provider;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Looks after jobs that do not come back: tells where one is as soon as its time is over, and
 * interrupts it when even the patience of the database must have ended, so that it can come again.
 */
@ApplicationScoped
class StuckJobMonitor implements Job {

    /** Statements end after 10 s, and the socket after 30: what takes longer is stuck elsewhere. */
    static final Duration GRACE = Duration.ofSeconds(60);

    private final Provider<JobScheduler> background;
    private final Set<JobScheduler.Run> told = new HashSet<>();

    StuckJobMonitor(Provider<JobScheduler> background) {
        this.background = background;
    }

    @Override
    public String name() {
        return "monitor-jobs";
    }

    @Override
    public Duration interval() {
        return Duration.ofSeconds(5);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run(Deadline deadline) {
        check(GRACE);
    }

    /** Logs each overdue run once, and interrupts runs that are overdue for longer than that. */
    void check(Duration grace) {
        told.retainAll(background.get().running());
        for (JobScheduler.Run run : background.get().running()) {
            if (run.deadline().hasPassed() && told.add(run)) {
                IllegalStateException where = new IllegalStateException("It is here:");
                where.setStackTrace(run.thread().getStackTrace());
                Log.warnf(
                        where,
                        "The job %s is still running after %d s",
                        run.job().name(),
                        run.deadline().elapsed().toSeconds());
            }
            if (run.deadline().elapsed().compareTo(run.job().timeout().plus(grace)) >= 0) {
                Log.errorf("The job %s is stuck, and is interrupted", run.job().name());
                run.thread().interrupt();
            }
        }
    }
}
