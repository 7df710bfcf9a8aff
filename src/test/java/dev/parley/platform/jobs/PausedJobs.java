package dev.parley.platform.jobs;

import dev.parley.testing.InProcess;
import dev.parley.testing.Wait;
import io.quarkus.scheduler.Scheduler;

/** No background job runs for as long as this is open: a test runs what it needs when it likes. */
public final class PausedJobs implements AutoCloseable {

    private final Scheduler scheduler = InProcess.of(Scheduler.class).get();

    private PausedJobs() {}

    /** Waits for those that run just now. */
    public static PausedJobs pause() {
        PausedJobs paused = new PausedJobs();
        paused.scheduler.pause();
        JobScheduler scheduler = InProcess.of(JobScheduler.class).get();
        Wait.until(() -> scheduler.running().isEmpty());
        return paused;
    }

    @Override
    public void close() {
        scheduler.resume();
    }
}
