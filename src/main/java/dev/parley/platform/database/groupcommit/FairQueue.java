package dev.parley.platform.database.groupcommit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A fair queue: owners take turns, so an owner with many items delays only that owner's items. Not
 * thread-safe.
 */
final class FairQueue<S, R> {

    private final int maxPerOwner;
    private final Map<UUID, Deque<BatchItem<S, R>>> byOwner = new LinkedHashMap<>();
    private int length;

    /**
     * @param maxPerOwner how many items of one owner go into one batch, at most
     */
    FairQueue(int maxPerOwner) {
        this.maxPerOwner = maxPerOwner;
    }

    int length() {
        return length;
    }

    void add(BatchItem<S, R> item) {
        length++;
        byOwner.computeIfAbsent(item.ownerId(), owner -> new ArrayDeque<>(2)).add(item);
    }

    /** Removes an item whose caller no longer waits; does nothing if the item is not queued. */
    void remove(BatchItem<S, R> item) {
        Deque<BatchItem<S, R>> items = byOwner.get(item.ownerId());
        if (items != null && items.remove(item)) {
            length--;
            if (items.isEmpty()) {
                byOwner.remove(item.ownerId());
            }
        }
    }

    /**
     * Removes and returns the items of the owners that have waited longest. Owners with more items
     * move to the end of the queue.
     *
     * @return empty if no item waits
     */
    List<BatchItem<S, R>> next(int max) {
        List<BatchItem<S, R>> batch = new ArrayList<>();
        Map<UUID, Deque<BatchItem<S, R>>> requeued = new LinkedHashMap<>();
        Iterator<Map.Entry<UUID, Deque<BatchItem<S, R>>>> owners = byOwner.entrySet().iterator();
        while (batch.size() < max && owners.hasNext()) {
            Map.Entry<UUID, Deque<BatchItem<S, R>>> owner = owners.next();
            Deque<BatchItem<S, R>> items = owner.getValue();
            for (int count = 0;
                    count < maxPerOwner && batch.size() < max && !items.isEmpty();
                    count++) {
                batch.add(items.remove());
            }
            owners.remove();
            if (!items.isEmpty()) {
                requeued.put(owner.getKey(), items);
            }
        }
        byOwner.putAll(requeued);
        length -= batch.size();
        return batch;
    }
}
