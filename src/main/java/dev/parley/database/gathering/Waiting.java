package dev.parley.database.gathering;

import dev.parley.database.NoRoomInTime;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A step that somebody waits for. It is either taken into a transaction or given up, never both.
 */
final class Waiting<S, R> {

    private final String what;
    private final UUID whose;
    private final S step;
    private final long deadline;
    private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.OPEN);
    private final CompletableFuture<R> outcome = new CompletableFuture<>();

    /**
     * @param deadline as {@link System#nanoTime} tells it
     */
    Waiting(String what, UUID whose, S step, long deadline) {
        this.what = what;
        this.whose = whose;
        this.step = step;
        this.deadline = deadline;
    }

    UUID whose() {
        return whose;
    }

    S step() {
        return step;
    }

    /** What is left of the time in which it has to be begun, in nanoseconds. */
    long left() {
        return deadline - System.nanoTime();
    }

    /** Whether it is the caller's to do: not where it was given up, or its time is over. */
    boolean take() {
        if (left() <= 0) {
            giveUp();
            return false;
        }
        return fate.compareAndSet(Fate.OPEN, Fate.TAKEN);
    }

    /** Whether it has left the line. */
    boolean isTaken() {
        return fate.get() == Fate.TAKEN;
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
     * @throws NoRoomInTime where it was not begun in time
     */
    R await(long every, Runnable look) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    long patience =
                            fate.get() == Fate.OPEN ? Math.min(left(), every) : Long.MAX_VALUE;
                    return outcome.get(patience, TimeUnit.NANOSECONDS);
                } catch (InterruptedException later) {
                    interrupted = true;
                } catch (TimeoutException notYet) {
                    if (left() <= 0) {
                        giveUp();
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
    private void giveUp() {
        if (fate.compareAndSet(Fate.OPEN, Fate.GIVEN_UP)) {
            failed(outOfTime());
        }
    }

    NoRoomInTime outOfTime() {
        return new NoRoomInTime(what + " waited too long for the database.");
    }

    private static RuntimeException unchecked(ExecutionException failure) {
        return failure.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException(failure);
    }

    private enum Fate {
        OPEN,
        TAKEN,
        GIVEN_UP
    }
}
