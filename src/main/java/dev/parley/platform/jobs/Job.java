package dev.parley.platform.jobs;

import java.time.Duration;

/**
 * Something that is done again and again. Jobs are beans; every bean of this type is run, on each
 * replica. A job that must not run on two at once says so in its statements, or is {@link
 * #oncePerCluster}.
 */
public interface Job {

    /** Unique; it stands in logs and metrics. */
    String name();

    /** From one beginning to the next, a second at least. */
    Duration interval();

    /** How long one run may take. Statements have the database's own limits. */
    Duration timeout();

    /** Whether one replica does it for all of them, each time whichever comes first. */
    default boolean oncePerCluster() {
        return false;
    }

    /** One run. It looks at the deadline between its pieces and leaves the rest to the next run. */
    void run(Deadline deadline);
}
