package dev.parley.account;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Runs the work of one key one after another, in the order of arrival; different keys do not wait
 * for each other. A key without work takes no memory.
 */
final class KeyedLock<K> {

    private final ConcurrentHashMap<K, Entry> entries = new ConcurrentHashMap<>();

    /** Runs the work on the calling thread, once all earlier work of the key has ended. */
    <T> T run(K key, Supplier<T> work) {
        ReentrantLock lock = enter(key);
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
            leave(key);
        }
    }

    private ReentrantLock enter(K key) {
        return entries.compute(
                        key,
                        (ignored, entry) ->
                                entry == null
                                        ? new Entry(new ReentrantLock(true), 1)
                                        : new Entry(entry.lock(), entry.callers() + 1))
                .lock();
    }

    private void leave(K key) {
        entries.computeIfPresent(
                key,
                (ignored, entry) ->
                        entry.callers() == 1 ? null : new Entry(entry.lock(), entry.callers() - 1));
    }

    /**
     * @param callers how many run or wait
     */
    private record Entry(ReentrantLock lock, int callers) {}
}
