package dev.parley.background;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.quarkus.scheduler.Scheduler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;

/**
 * Runs every {@link Job} from the start-up event on, each on a virtual thread, never twice at once.
 * A job that fails is logged, counted, and comes again at its next time.
 */
@ApplicationScoped
class Background {

    private static final boolean ON_A_VIRTUAL_THREAD = true;

    private final Scheduler scheduler;
    private final Instance<Job> jobs;
    private final ClusterTurn clusterTurn;
    private final MeterRegistry meters;

    Background(
            Scheduler scheduler,
            Instance<Job> jobs,
            ClusterTurn clusterTurn,
            MeterRegistry meters) {
        this.clusterTurn = clusterTurn;
        this.scheduler = scheduler;
        this.jobs = jobs;
        this.meters = meters;
    }

    void start(@Observes StartupEvent start) {
        jobs.forEach(this::schedule);
    }

    private void schedule(Job job) {
        scheduler
                .newJob(job.name())
                .setInterval(job.interval().toString())
                .setConcurrentExecution(ConcurrentExecution.SKIP)
                .setTask(execution -> run(job), ON_A_VIRTUAL_THREAD)
                .schedule();
    }

    private void run(Job job) {
        Deadline deadline = Deadline.in(job.limit());
        boolean ok = false;
        try {
            if (!job.oncePerCluster() || clusterTurn.take(job.name(), job.interval())) {
                job.run(deadline);
            }
            ok = true;
        } catch (RuntimeException failure) {
            Log.errorf(
                    failure,
                    "The job %s failed; it comes again in %d s",
                    job.name(),
                    job.interval().toSeconds());
        } finally {
            note(job, ok, deadline);
        }
    }

    private void note(Job job, boolean ok, Deadline deadline) {
        Duration elapsed = deadline.elapsed();
        if (deadline.hasPassed()) {
            Log.warnf(
                    "The job %s took %d ms, longer than the %d ms it may",
                    job.name(), elapsed.toMillis(), job.limit().toMillis());
        }
        Timer.builder("parley.job")
                .description("Runs of background jobs")
                .tag("job", job.name())
                .tag("outcome", ok ? "done" : "failed")
                .register(meters)
                .record(elapsed);
    }
}
