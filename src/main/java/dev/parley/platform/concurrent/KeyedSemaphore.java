package dev.parley.platform.concurrent;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A number of permits for each key. Who comes first is served first. A key without owners and
 * waiting callers takes no memory.
 */
public final class KeyedSemaphore<K> {

    private final ConcurrentHashMap<K, Entry> entries = new ConcurrentHashMap<>();
    private final int permits;

    /**
     * @param permits of each key
     */
    public KeyedSemaphore(int permits) {
        this.permits = permits;
    }

    /** Waits for a permit of the key, at most for the given time. */
    public boolean tryAcquire(K key, Duration maxWait) {
        Semaphore semaphore = enter(key);
        boolean acquired = false;
        try {
            acquired = semaphore.tryAcquire(maxWait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        } finally {
            if (!acquired) {
                leave(key);
            }
        }
        return acquired;
    }

    /** Called once for each successful {@link #tryAcquire}. */
    public void release(K key) {
        leave(key).release();
    }

    private Semaphore enter(K key) {
        return entries.compute(
                        key,
                        (ignored, existing) ->
                                existing == null
                                        ? new Entry(new Semaphore(permits, true), 1)
                                        : new Entry(existing.semaphore, existing.callers + 1))
                .semaphore;
    }

    private Semaphore leave(K key) {
        Entry[] left = new Entry[1];
        entries.computeIfPresent(
                key,
                (ignored, existing) -> {
                    left[0] = existing;
                    return existing.callers == 1
                            ? null
                            : new Entry(existing.semaphore, existing.callers - 1);
                });
        return left[0].semaphore;
    }

    /**
     * @param callers the callers that own a permit or wait for one
     */
    private record Entry(Semaphore semaphore, int callers) {}
}
