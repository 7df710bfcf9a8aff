package dev.parley.platform.jobs;

import java.time.Duration;

/**
 * A periodic task. Every bean of this type runs on each replica. A job that must not run on two
 * replicas at once ensures this by its SQL statements, or returns true from {@link
 * #oncePerCluster}.
 */
public interface Job {

    /** The unique name, used in logs and metrics. */
    String name();

    /** Time from one start to the next, at least one second. */
    Duration interval();

    /** How long one run may take. SQL statements have their own timeouts. */
    Duration timeout();

    /** Whether only one replica runs the job in each interval: the first to claim it. */
    default boolean oncePerCluster() {
        return false;
    }

    /**
     * Runs the job once. A long run checks the deadline between pieces of work, and leaves the rest
     * to the next run.
     */
    void run(Deadline deadline);
}
