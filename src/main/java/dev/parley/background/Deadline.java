package dev.parley.background;

import java.time.Duration;

/** When a job has to be done. A job with much to do asks between two pieces. */
public final class Deadline {

    private final long began = System.nanoTime();
    private final Duration limit;

    private Deadline(Duration limit) {
        this.limit = limit;
    }

    public static Deadline in(Duration limit) {
        return new Deadline(limit);
    }

    public boolean hasPassed() {
        return elapsed().compareTo(limit) >= 0;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
