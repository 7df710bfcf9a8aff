package dev.parley.platform.database.groupcommit;

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
final class BatchWorker<S, R> {

    private static final int MAX_ACTIVE = 3;

    private final GroupCommitConfig config;
    private final Consumer<List<BatchItem<S, R>>> work;
    private final Executor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final FairQueue<S, R> line;
    private final List<Driver> atWork = new ArrayList<>(1);

    /**
     * @param threads gives each transaction at work a thread of its own
     */
    BatchWorker(
            int mostOfOne,
            GroupCommitConfig config,
            Consumer<List<BatchItem<S, R>>> work,
            Executor threads) {
        this.config = config;
        this.work = work;
        this.threads = threads;
        this.line = new FairQueue<>(mostOfOne);
    }

    /**
     * @return whether the queue had room left
     */
    boolean add(BatchItem<S, R> step) {
        lock.lock();
        try {
            if (line.length() >= config.queueCapacity()) {
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
    void remove(BatchItem<S, R> step) {
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
                    && atWork.size() < MAX_ACTIVE
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
            return System.nanoTime() - began > config.stuckThreshold().toNanos();
        }

        @Override
        public void run() {
            for (List<BatchItem<S, R>> next = next(); !next.isEmpty(); next = next()) {
                List<BatchItem<S, R>> taken = next.stream().filter(BatchItem::claim).toList();
                if (!taken.isEmpty()) {
                    work.accept(taken);
                }
            }
        }

        private List<BatchItem<S, R>> next() {
            lock.lock();
            try {
                began = System.nanoTime();
                List<BatchItem<S, R>> next = line.next(config.maxBatchSize());
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
