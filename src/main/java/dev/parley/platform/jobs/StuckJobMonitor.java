package dev.parley.platform.jobs;

import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Provider;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds jobs that do not end: logs the stack of a run as soon as its timeout has passed, and
 * interrupts the run when even the timeouts of the database must have passed, so that the job can
 * run again.
 */
@ApplicationScoped
class StuckJobMonitor implements Job {

    /**
     * Statements time out after 10 s, and the database socket after 30 s: a longer run is stuck
     * elsewhere.
     */
    static final Duration GRACE = Duration.ofSeconds(60);

    private final Provider<JobScheduler> scheduler;
    private final Set<JobScheduler.Run> logged = new HashSet<>();

    StuckJobMonitor(Provider<JobScheduler> scheduler) {
        this.scheduler = scheduler;
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

    /**
     * Logs each overdue run once, and interrupts runs that are overdue for longer than a grace
     * period.
     */
    void check(Duration grace) {
        logged.retainAll(scheduler.get().running());
        for (JobScheduler.Run run : scheduler.get().running()) {
            if (run.deadline().hasPassed() && logged.add(run)) {
                IllegalStateException location =
                        new IllegalStateException("Stack of the stuck job:");
                location.setStackTrace(run.thread().getStackTrace());
                Log.warnf(
                        location,
                        "The job %s is still running after %d s, longer than its timeout",
                        run.job().name(),
                        run.deadline().elapsed().toSeconds());
            }
            if (run.deadline().elapsed().compareTo(run.job().timeout().plus(grace)) >= 0) {
                Log.errorf("The job %s is stuck; interrupting its thread", run.job().name());
                run.thread().interrupt();
            }
        }
    }
}
