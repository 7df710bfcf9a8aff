package dev.parley.platform.database.groupcommit;

import dev.parley.platform.database.CapacityExceeded;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An item of a batch, with a caller who waits for its outcome. An item is either claimed by a
 * transaction or abandoned, never both.
 */
final class BatchItem<S, R> {

    private final String description;
    private final UUID ownerId;
    private final Set<?> exclusive;
    private final S payload;
    private final long deadline;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final CompletableFuture<R> outcome = new CompletableFuture<>();

    /**
     * @param description names the item's kind in messages
     * @param exclusive values that at most one of the owner's items of a batch may have
     * @param deadline the latest start, as {@link System#nanoTime}
     */
    BatchItem(String description, UUID ownerId, Set<?> exclusive, S payload, long deadline) {
        this.description = description;
        this.ownerId = ownerId;
        this.exclusive = exclusive;
        this.payload = payload;
        this.deadline = deadline;
    }

    UUID ownerId() {
        return ownerId;
    }

    Set<?> exclusive() {
        return exclusive;
    }

    S payload() {
        return payload;
    }

    /** The time until the item's latest start, in nanoseconds; negative after that. */
    long remainingTime() {
        return deadline - System.nanoTime();
    }

    /** Claims the item for a transaction; false if the item was abandoned or its time is over. */
    boolean claim() {
        if (remainingTime() <= 0) {
            abandon();
            return false;
        }
        return state.compareAndSet(State.OPEN, State.CLAIMED);
    }

    /** Whether a transaction has claimed the item, so that the item is no longer queued. */
    boolean isClaimed() {
        return state.get() == State.CLAIMED;
    }

    void done(R result) {
        outcome.complete(result);
    }

    void failed(Throwable reason) {
        outcome.completeExceptionally(reason);
    }

    /**
     * Waits for the outcome. An interrupt takes effect only afterwards: the caller must learn
     * whether a claimed item was committed.
     *
     * @param interval in nanoseconds
     * @param onInterval called at each interval while the item is not claimed
     * @throws CapacityExceeded if no transaction claimed the item in time
     */
    R await(long interval, Runnable onInterval) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    long timeout =
                            state.get() == State.OPEN
                                    ? Math.min(remainingTime(), interval)
                                    : Long.MAX_VALUE;
                    return outcome.get(timeout, TimeUnit.NANOSECONDS);
                } catch (InterruptedException interruption) {
                    interrupted = true;
                } catch (TimeoutException failure) {
                    if (remainingTime() <= 0) {
                        abandon();
                    }
                    onInterval.run();
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

    /** Ends the wait, unless a transaction has claimed the item meanwhile. */
    private void abandon() {
        if (state.compareAndSet(State.OPEN, State.ABANDONED)) {
            failed(queueTimeout());
        }
    }

    CapacityExceeded queueTimeout() {
        return new CapacityExceeded(description + " waited too long for the database.");
    }

    private static RuntimeException unchecked(ExecutionException failure) {
        return failure.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException(failure);
    }

    private enum State {
        OPEN,
        CLAIMED,
        ABANDONED
    }
}
