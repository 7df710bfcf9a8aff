package dev.parley.platform.jobs;

import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * The time limit of one run of a job. A long job checks the deadline between two pieces of work.
 */
public final class Deadline {

    private final long startedAt = System.nanoTime();
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
     * Runs batch after batch until a batch is not full or the deadline has passed; the next run
     * processes the rest.
     *
     * @param size the size of a full batch
     * @param batch processes one batch in its own transaction, and returns how many items it found
     * @return the number of items in all batches
     */
    public int inBatches(int size, IntSupplier batch) {
        int total = 0;
        int found = size;
        while (found == size && !hasPassed()) {
            found = batch.getAsInt();
            total += found;
        }
        return total;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }
}
