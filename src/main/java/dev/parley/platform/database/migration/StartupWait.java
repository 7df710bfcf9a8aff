package dev.parley.platform.database.migration;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.PreventFurtherStepsException;
import java.time.Duration;

/**
 * A wait while the process starts. It logs every 10 seconds what the process waits for, and ends
 * when the process is stopped: the framework stops only an application that has started, so a
 * waiting process would otherwise ignore {@code SIGTERM}.
 */
final class StartupWait {

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

    private final String awaited;
    private final long start = System.nanoTime();
    private Duration nextLog = Duration.ZERO;

    /**
     * @param awaited what the process waits for, such as "the database at ..."
     */
    StartupWait(String awaited) {
        this.awaited = awaited;
    }

    /** The time since the wait began. */
    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /**
     * Pauses for a second, before the next attempt.
     *
     * @param reason why the wait is not over
     * @throws PreventFurtherStepsException if the process is stopped
     */
    void pause(String reason) {
        Duration waited = elapsed();
        if (waited.compareTo(nextLog) >= 0) {
            Log.infof("Waiting for %s, since %d s: %s", awaited, waited.toSeconds(), reason);
            nextLog = nextLog.plus(LOG_INTERVAL);
        }
        requireRunning("waiting for " + awaited);
        sleep(PAUSE);
        requireRunning("waiting for " + awaited);
    }

    /**
     * @param activity what the process does, for the message
     * @throws PreventFurtherStepsException if the process is stopped
     */
    static void requireRunning(String activity) {
        if (ApplicationLifecycleManager.isVmShuttingDown()) {
            String message = "Stopped while " + activity;
            Log.info(message);
            throw new PreventFurtherStepsException(message, 1);
        }
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the process starts", interruption);
        }
    }
}
