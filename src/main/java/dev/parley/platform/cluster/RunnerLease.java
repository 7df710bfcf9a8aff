package dev.parley.platform.cluster;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * This process among the runners, and whether it still holds its lease. The lease itself is read by
 * the database's clock; here it is only guessed, by a clock that never jumps and on the safe side.
 */
@Singleton
public class RunnerLease {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final RunnerId id = RunnerId.next();
    private final RunnerConfig config;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heard = lock.newCondition();
    private boolean everHeard;
    private long lastHeard;
    private long awakeSince;

    @Inject
    RunnerLease(RunnerConfig config) {
        this(config, System::nanoTime);
    }

    /**
     * @param nanoTime a clock that never jumps, as {@link System#nanoTime} is
     */
    RunnerLease(RunnerConfig config, LongSupplier nanoTime) {
        this.config = config;
        this.nanoTime = nanoTime;
    }

    public RunnerId id() {
        return id;
    }

    /**
     * Waits a moment for the next beat where the last one is too long ago, as it is after the
     * process was stopped and goes on.
     *
     * @throws LeaseLost where none came
     */
    public void requireLease() {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (!holdsLease()) {
                if (left <= 0) {
                    throw new LeaseLost();
                }
                left = heard.awaitNanos(left);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new LeaseLost();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether this runner may recover turns of others. After a broken connection it holds back for
     * two heartbeats, so that runners that were cut off with it can renew first.
     */
    public boolean mayRecoverOthers() {
        lock.lock();
        try {
            return holdsLease()
                    && nanoTime.getAsLong() - awakeSince
                            >= config.heartbeatInterval().toNanos() * 2;
        } finally {
            lock.unlock();
        }
    }

    /** The database has just been told that this runner lives. */
    void renewed() {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            if (everHeard && now - lastHeard > config.leaseDuration().toNanos() / 2) {
                awakeSince = now;
            } else if (!everHeard) {
                awakeSince = now - config.heartbeatInterval().toNanos() * 2;
            }
            everHeard = true;
            lastHeard = now;
            heard.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean holdsLease() {
        return everHeard
                && nanoTime.getAsLong() - lastHeard < config.leaseDuration().toNanos() * 2 / 3;
    }

    /** How long one may wait for the line between two beats. */
    long nanosToNextHeartbeat() {
        lock.lock();
        try {
            return everHeard
                    ? config.heartbeatInterval().toNanos() - (nanoTime.getAsLong() - lastHeard)
                    : 0;
        } finally {
            lock.unlock();
        }
    }
}
