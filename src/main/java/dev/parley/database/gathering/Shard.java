package dev.parley.database.gathering;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One transaction at a time: while it works, items queue for the next. A single item starts at
 * once. Where a transaction is stuck, at a dead connection or a frozen server, another one serves
 * the items that wait.
 */
final class Shard<S, R> {

    private static final int MOST_AT_WORK = 3;

    private final GatheringConfig config;
    private final Consumer<List<Waiting<S, R>>> work;
    private final Executor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Line<S, R> line;
    private final List<Driver> atWork = new ArrayList<>(1);

    /**
     * @param threads gives each transaction at work a thread of its own
     */
    Shard(
            int mostOfOne,
            GatheringConfig config,
            Consumer<List<Waiting<S, R>>> work,
            Executor threads) {
        this.config = config;
        this.work = work;
        this.threads = threads;
        this.line = new Line<>(mostOfOne);
    }

    /**
     * @return whether the queue had room left
     */
    boolean add(Waiting<S, R> step) {
        lock.lock();
        try {
            if (line.length() >= config.maxWaiting()) {
                return false;
            }
            line.add(step);
            if (atWork.isEmpty()) {
                start();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Removes an item that nobody waits for any more. */
    void remove(Waiting<S, R> step) {
        lock.lock();
        try {
            line.remove(step);
        } finally {
            lock.unlock();
        }
    }

    /** Starts another transaction where all are stuck while items wait. */
    void look() {
        lock.lock();
        try {
            if (line.length() > 0
                    && atWork.size() < MOST_AT_WORK
                    && atWork.stream().allMatch(Driver::isStuck)) {
                start();
            }
        } finally {
            lock.unlock();
        }
    }

    private void start() {
        Driver driver = new Driver();
        atWork.add(driver);
        threads.execute(driver);
    }

    /** Goes on for as long as somebody waits. */
    private final class Driver implements Runnable {

        private long began = System.nanoTime();

        boolean isStuck() {
            return System.nanoTime() - began > config.stuckAfter().toNanos();
        }

        @Override
        public void run() {
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
                began = System.nanoTime();
                List<Waiting<S, R>> next = line.next(config.most());
                if (next.isEmpty()) {
                    atWork.remove(this);
                }
                return next;
            } finally {
                lock.unlock();
            }
        }
    }
}
