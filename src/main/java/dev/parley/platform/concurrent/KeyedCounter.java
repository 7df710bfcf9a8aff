package dev.parley.platform.concurrent;

import java.util.concurrent.ConcurrentHashMap;

/** Counts by key, up to a maximum for each key. A key whose count is zero takes no memory. */
public final class KeyedCounter<K> {

    private final ConcurrentHashMap<K, Integer> counts = new ConcurrentHashMap<>();
    private final int max;

    public KeyedCounter(int max) {
        this.max = max;
    }

    /** Counts one more, unless the count of the key has reached the maximum. */
    public boolean tryIncrement(K key) {
        boolean[] incremented = new boolean[1];
        counts.compute(
                key,
                (ignored, existing) -> {
                    int count = existing == null ? 0 : existing;
                    incremented[0] = count < max;
                    return incremented[0] ? count + 1 : existing;
                });
        return incremented[0];
    }

    /** Counts one less; called once for each successful {@link #tryIncrement}. */
    public void decrement(K key) {
        counts.computeIfPresent(key, (ignored, count) -> count == 1 ? null : count - 1);
    }
}
