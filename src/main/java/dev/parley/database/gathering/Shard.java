package dev.parley.database.gathering;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One transaction at a time: while it works, others gather for the next. Nobody waits for company;
 * whoever comes alone is taken at once.
 */
final class Shard<S, R> {

    private final String name;
    private final int most;
    private final Consumer<List<Waiting<S, R>>> work;
    private final ReentrantLock lock = new ReentrantLock();
    private final Line<S, R> line;
    private boolean atWork;

    Shard(String name, int most, int mostOfOne, Consumer<List<Waiting<S, R>>> work) {
        this.name = name;
        this.most = most;
        this.work = work;
        this.line = new Line<>(mostOfOne);
    }

    void add(Waiting<S, R> step) {
        lock.lock();
        try {
            line.add(step);
            if (atWork) {
                return;
            }
            atWork = true;
        } finally {
            lock.unlock();
        }
        Thread.ofVirtual().name(name).start(this::workThrough);
    }

    /** Goes on for as long as somebody waits. */
    private void workThrough() {
        for (List<Waiting<S, R>> next = next(); !next.isEmpty(); next = next()) {
            List<Waiting<S, R>> taken = next.stream().filter(Waiting::take).toList();
            if (!taken.isEmpty()) {
                work.accept(taken);
            }
        }
    }

    private List<Waiting<S, R>> next() {
        lock.lock();
        try {
            List<Waiting<S, R>> next = line.next(most);
            atWork = !next.isEmpty();
            return next;
        } finally {
            lock.unlock();
        }
    }
}
