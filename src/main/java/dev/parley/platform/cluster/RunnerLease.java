package dev.parley.platform.cluster;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The id of this process as a runner, and whether its lease is valid. Other runners judge the lease
 * by the database's clock; this class estimates the lease conservatively, by a monotonic clock.
 */
@Singleton
public class RunnerLease {

    private static final Duration MAX_WAIT = Duration.ofSeconds(2);

    private final RunnerId id = RunnerId.next();
    private final RunnerConfig config;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition renewal = lock.newCondition();
    private boolean hasEverRenewed;
    private long lastRenewedAt;
    private long leaseSince;

    @Inject
    RunnerLease(RunnerConfig config) {
        this(config, System::nanoTime);
    }

    /**
     * @param nanoTime a monotonic clock in nanoseconds, such as {@link System#nanoTime}
     */
    RunnerLease(RunnerConfig config, LongSupplier nanoTime) {
        this.config = config;
        this.nanoTime = nanoTime;
    }

    public RunnerId id() {
        return id;
    }

    /**
     * Returns if the lease is valid. Otherwise waits up to 2 seconds for the next heartbeat,
     * because the last heartbeat is too old after the process was suspended.
     *
     * @throws LeaseLost if no heartbeat succeeded in that time, or the thread was interrupted
     */
    public void requireLease() {
        lock.lock();
        try {
            long remaining = MAX_WAIT.toNanos();
            while (!holdsLease()) {
                if (remaining <= 0) {
                    throw new LeaseLost();
                }
                remaining = renewal.awaitNanos(remaining);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new LeaseLost();
        } finally {
            lock.unlock();
        }
    }

    /** Whether this runner holds its lease; without it, this runner must not judge others. */
    public boolean isValid() {
        lock.lock();
        try {
            return holdsLease();
        } finally {
            lock.unlock();
        }
    }

    /**
     * How long this runner has held its lease without interruption; zero without a lease. Only in
     * this time this runner observes the heartbeats of others: after an outage of the database, all
     * heartbeats are old, also those of runners that live and are about to reconnect.
     */
    public Duration uninterrupted() {
        lock.lock();
        try {
            return holdsLease()
                    ? Duration.ofNanos(nanoTime.getAsLong() - leaseSince)
                    : Duration.ZERO;
        } finally {
            lock.unlock();
        }
    }

    /** Records that a heartbeat has just reached the database. */
    void renewed() {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            if (!hasEverRenewed || now - lastRenewedAt > config.leaseDuration().toNanos() / 2) {
                leaseSince = now;
            }
            hasEverRenewed = true;
            lastRenewedAt = now;
            renewal.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean holdsLease() {
        return hasEverRenewed
                && nanoTime.getAsLong() - lastRenewedAt < config.leaseDuration().toNanos() * 2 / 3;
    }

    /** Nanoseconds until the next heartbeat is due; zero or less if it is due now. */
    long nanosToNextHeartbeat() {
        lock.lock();
        try {
            return hasEverRenewed
                    ? config.heartbeatInterval().toNanos() - (nanoTime.getAsLong() - lastRenewedAt)
                    : 0;
        } finally {
            lock.unlock();
        }
    }
}
