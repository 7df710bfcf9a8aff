package dev.parley.platform.jobs;

import java.time.Duration;
import java.util.function.IntSupplier;

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

    /**
     * Goes on batch by batch until one is not full, or the time is over; the rest is left to the
     * next run.
     *
     * @param size of a full batch
     * @param batch does one, each in a transaction of its own, and tells how many it found
     * @return how many in all
     */
    public int inBatches(int size, IntSupplier batch) {
        int all = 0;
        int found = size;
        while (found == size && !hasPassed()) {
            found = batch.getAsInt();
            all += found;
        }
        return all;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
