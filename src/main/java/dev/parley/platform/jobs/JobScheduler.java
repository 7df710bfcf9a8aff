package dev.parley.platform.jobs;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.quarkus.scheduler.Scheduler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs every {@link Job} from the start-up event on, each on a virtual thread, and never two runs
 * of one job at once. A failure is logged and counted, and the job runs again after its interval;
 * {@link StuckJobMonitor} interrupts stuck runs.
 */
@ApplicationScoped
class JobScheduler {

    private static final boolean ON_A_VIRTUAL_THREAD = true;

    private final Scheduler scheduler;
    private final Instance<Job> jobs;
    private final ClusterJobLock clusterLock;
    private final ProcessMode processMode;
    private final MeterRegistry meters;
    private final Map<String, Run> running = new ConcurrentHashMap<>();
    private volatile boolean isStopping;

    JobScheduler(
            Scheduler scheduler,
            @Any Instance<Job> jobs,
            ClusterJobLock clusterLock,
            ProcessMode processMode,
            MeterRegistry meters) {
        this.clusterLock = clusterLock;
        this.processMode = processMode;
        this.scheduler = scheduler;
        this.jobs = jobs;
        this.meters = meters;
    }

    void start(@Observes StartupEvent start) {
        if (processMode.isServing()) {
            jobs.forEach(this::schedule);
        }
        Gauge.builder("parley.jobs.overdue", this, JobScheduler::overdue)
                .description("Background jobs that run longer than their timeout")
                .register(meters);
    }

    void stop(@Observes ShutdownEvent stop) {
        isStopping = true;
    }

    /** The current runs. */
    Collection<Run> running() {
        return running.values();
    }

    private long overdue() {
        return running.values().stream().filter(run -> run.deadline().hasPassed()).count();
    }

    private void schedule(Job job) {
        timer(job, "done");
        timer(job, "failed");
        scheduler
                .newJob(job.name())
                .setInterval(job.interval().toString())
                .setConcurrentExecution(ConcurrentExecution.SKIP)
                .setTask(execution -> run(job), ON_A_VIRTUAL_THREAD)
                .schedule();
    }

    private void run(Job job) {
        Deadline deadline = Deadline.in(job.timeout());
        running.put(job.name(), new Run(job, deadline, Thread.currentThread()));
        boolean ok = false;
        try {
            if (!job.oncePerCluster() || clusterLock.tryAcquire(job.name(), job.interval())) {
                job.run(deadline);
            }
            ok = true;
        } catch (RuntimeException failure) {
            logFailure(job, failure);
        } finally {
            running.remove(job.name());
            recordRun(job, ok, deadline);
        }
    }

    /** A failure during shutdown is expected, because the resources of the job are closed. */
    private void logFailure(Job job, RuntimeException failure) {
        if (isStopping) {
            Log.debugf(failure, "The job %s failed during shutdown", job.name());
        } else {
            Log.errorf(
                    failure,
                    "The job %s failed; it runs again in %d s",
                    job.name(),
                    job.interval().toSeconds());
        }
    }

    private void recordRun(Job job, boolean ok, Deadline deadline) {
        Duration elapsed = deadline.elapsed();
        if (deadline.hasPassed()) {
            Log.warnf(
                    "The job %s took %d ms, longer than its timeout of %d ms",
                    job.name(), elapsed.toMillis(), job.timeout().toMillis());
        }
        timer(job, ok ? "done" : "failed").record(elapsed);
    }

    private Timer timer(Job job, String outcome) {
        return Timer.builder("parley.job")
                .description("Runs of background jobs")
                .tag("job", job.name())
                .tag("outcome", outcome)
                .register(meters);
    }

    /** A run in progress. */
    record Run(Job job, Deadline deadline, Thread thread) {}
}
