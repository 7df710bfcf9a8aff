package dev.parley.platform.database.groupcommit;

import dev.parley.platform.database.CapacityExceeded;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A step that somebody waits for. It is either taken into a transaction or given up, never both.
 */
final class BatchItem<S, R> {

    private final String what;
    private final UUID whose;
    private final S step;
    private final long deadline;
    private final AtomicReference<State> fate = new AtomicReference<>(State.OPEN);
    private final CompletableFuture<R> outcome = new CompletableFuture<>();

    /**
     * @param deadline as {@link System#nanoTime} tells it
     */
    BatchItem(String what, UUID id, S step, long deadline) {
        this.what = what;
        this.whose = id;
        this.step = step;
        this.deadline = deadline;
    }

    UUID ownerId() {
        return whose;
    }

    S step() {
        return step;
    }

    /** What is left of the time in which it has to be begun, in nanoseconds. */
    long remainingTime() {
        return deadline - System.nanoTime();
    }

    /** Whether it is the caller's to do: not where it was given up, or its time is over. */
    boolean claim() {
        if (remainingTime() <= 0) {
            abandon();
            return false;
        }
        return fate.compareAndSet(State.OPEN, State.TAKEN);
    }

    /** Whether it has left the line. */
    boolean isClaimed() {
        return fate.get() == State.TAKEN;
    }

    void done(R result) {
        outcome.complete(result);
    }

    void failed(Throwable reason) {
        outcome.completeExceptionally(reason);
    }

    /**
     * Waits for the outcome. An interrupt is kept for afterwards: what was taken will be committed
     * or not, and somebody has to hear of it.
     *
     * @param look called every so many nanoseconds while it is not begun
     * @throws CapacityExceeded where it was not begun in time
     */
    R await(long every, Runnable look) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    long patience =
                            fate.get() == State.OPEN
                                    ? Math.min(remainingTime(), every)
                                    : Long.MAX_VALUE;
                    return outcome.get(patience, TimeUnit.NANOSECONDS);
                } catch (InterruptedException interruption) {
                    interrupted = true;
                } catch (TimeoutException failure) {
                    if (remainingTime() <= 0) {
                        abandon();
                    }
                    look.run();
                } catch (ExecutionException failure) {
                    throw unchecked(failure);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends the waiting; too late where it has been taken meanwhile. */
    private void abandon() {
        if (fate.compareAndSet(State.OPEN, State.GIVEN_UP)) {
            failed(outOfTime());
        }
    }

    CapacityExceeded outOfTime() {
        return new CapacityExceeded(what + " waited too long for the database.");
    }

    private static RuntimeException unchecked(ExecutionException failure) {
        return failure.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException(failure);
    }

    private enum State {
        OPEN,
        TAKEN,
        GIVEN_UP
    }
}
