package dev.parley.platform.database.groupcommit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        itemsOf(item.ownerId()).add(item);
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
     * Removes and returns the items of the owners that have waited longest: the first item of each
     * owner, then the second items, and so on. An owner whose next item has an exclusive value in
     * common with the owner's earlier items of the batch gives no more items. Owners with more
     * items move to the end of the queue.
     *
     * @return empty if no item waits
     */
    List<BatchItem<S, R>> next(int max) {
        List<BatchItem<S, R>> batch = new ArrayList<>();
        Map<UUID, Set<Object>> exclusiveOf = new LinkedHashMap<>();
        List<UUID> owners = new ArrayList<>(byOwner.keySet().stream().limit(max).toList());
        for (int round = 0; round < maxPerOwner && !owners.isEmpty(); round++) {
            Iterator<UUID> each = owners.iterator();
            while (each.hasNext() && batch.size() < max) {
                UUID owner = each.next();
                Deque<BatchItem<S, R>> items = itemsOf(owner);
                Set<Object> exclusive = exclusiveOf.computeIfAbsent(owner, _ -> new HashSet<>(2));
                if (!items.isEmpty()
                        && Collections.disjoint(exclusive, items.getFirst().exclusive())) {
                    exclusive.addAll(items.getFirst().exclusive());
                    batch.add(items.remove());
                } else {
                    each.remove();
                }
            }
        }
        exclusiveOf.keySet().forEach(this::moveToEnd);
        length -= batch.size();
        return batch;
    }

    private Deque<BatchItem<S, R>> itemsOf(UUID owner) {
        return byOwner.computeIfAbsent(owner, _ -> new ArrayDeque<>(2));
    }

    private void moveToEnd(UUID owner) {
        Deque<BatchItem<S, R>> items = byOwner.remove(owner);
        if (items != null && !items.isEmpty()) {
            byOwner.put(owner, items);
        }
    }
}
