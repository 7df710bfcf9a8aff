package dev.parley.platform.database;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Limits the work of one kind that uses the database at the same time, so that it does not take the
 * connections of all other work. Who comes first is served first.
 */
public final class Bulkhead {

    private final Semaphore permits;
    private final Duration maxWait;
    private final String refusal;

    /**
     * @param refusal the message of {@link CapacityExceeded}
     */
    public Bulkhead(int permits, Duration maxWait, String refusal) {
        this.permits = new Semaphore(permits, true);
        this.maxWait = maxWait;
        this.refusal = refusal;
    }

    /**
     * Waits for a permit and runs the work with it.
     *
     * @throws CapacityExceeded if no permit is free in time; the work has not run
     */
    public <T> T run(Supplier<T> work) {
        acquire();
        try {
            return work.get();
        } finally {
            permits.release();
        }
    }

    /** How many callers wait for a permit. */
    public int waiting() {
        return permits.getQueueLength();
    }

    private void acquire() {
        try {
            if (permits.tryAcquire(maxWait.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        throw new CapacityExceeded(refusal);
    }
}
