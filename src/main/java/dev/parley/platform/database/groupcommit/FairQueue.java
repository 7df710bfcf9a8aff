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
 * A fair queue: owners take turns, so an owner with many items delays only their own. Not safe for
 * use by several threads.
 */
final class FairQueue<S, R> {

    private final int mostOfOne;
    private final Map<UUID, Deque<BatchItem<S, R>>> byOwner = new LinkedHashMap<>();
    private int length;

    /**
     * @param mostOfOne how many of one owner's steps are handed out at once
     */
    FairQueue(int mostOfOne) {
        this.mostOfOne = mostOfOne;
    }

    int length() {
        return length;
    }

    void add(BatchItem<S, R> step) {
        length++;
        byOwner.computeIfAbsent(step.ownerId(), owner -> new ArrayDeque<>(2)).add(step);
    }

    /** Removes an item that nobody waits for any more; does nothing where it is not here. */
    void remove(BatchItem<S, R> step) {
        Deque<BatchItem<S, R>> theirs = byOwner.get(step.ownerId());
        if (theirs != null && theirs.remove(step)) {
            length--;
            if (theirs.isEmpty()) {
                byOwner.remove(step.ownerId());
            }
        }
    }

    /**
     * Hands out those whose owners have waited longest; owners that have more go to the end.
     *
     * @return empty where nothing waits
     */
    List<BatchItem<S, R>> next(int most) {
        List<BatchItem<S, R>> handed = new ArrayList<>();
        Map<UUID, Deque<BatchItem<S, R>>> toTheEnd = new LinkedHashMap<>();
        Iterator<Map.Entry<UUID, Deque<BatchItem<S, R>>>> owners = byOwner.entrySet().iterator();
        while (handed.size() < most && owners.hasNext()) {
            Map.Entry<UUID, Deque<BatchItem<S, R>>> owner = owners.next();
            Deque<BatchItem<S, R>> theirs = owner.getValue();
            for (int taken = 0;
                    taken < mostOfOne && handed.size() < most && !theirs.isEmpty();
                    taken++) {
                handed.add(theirs.remove());
            }
            owners.remove();
            if (!theirs.isEmpty()) {
                toTheEnd.put(owner.getKey(), theirs);
            }
        }
        byOwner.putAll(toTheEnd);
        length -= handed.size();
        return handed;
    }
}
