package dev.parley.platform.database.groupcommit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Runs one transaction at a time; while the transaction runs, items queue for the next. A single
 * item starts at once. If a transaction is stuck on a dead connection or a frozen server, another
 * transaction serves the waiting items.
 */
final class BatchWorker<S, R> {

    private static final int MAX_ACTIVE = 3;

    private final GroupCommitConfig config;
    private final Consumer<List<BatchItem<S, R>>> processor;
    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final FairQueue<S, R> queue;
    private final List<Driver> drivers = new ArrayList<>(1);

    /**
     * @param executor gives each running transaction its own thread
     */
    BatchWorker(
            int maxPerOwner,
            GroupCommitConfig config,
            Consumer<List<BatchItem<S, R>>> processor,
            Executor executor) {
        this.config = config;
        this.processor = processor;
        this.executor = executor;
        this.queue = new FairQueue<>(maxPerOwner);
    }

    /**
     * @return false if the queue was full
     */
    boolean add(BatchItem<S, R> item) {
        lock.lock();
        try {
            if (queue.length() >= config.queueCapacity()) {
                return false;
            }
            queue.add(item);
            if (drivers.isEmpty()) {
                start();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Removes an item whose caller no longer waits. */
    void remove(BatchItem<S, R> item) {
        lock.lock();
        try {
            queue.remove(item);
        } finally {
            lock.unlock();
        }
    }

    /** Starts another transaction if items wait and all running transactions are stuck. */
    void startAnotherIfStuck() {
        lock.lock();
        try {
            if (queue.length() > 0
                    && drivers.size() < MAX_ACTIVE
                    && drivers.stream().allMatch(Driver::isStuck)) {
                start();
            }
        } finally {
            lock.unlock();
        }
    }

    private void start() {
        Driver driver = new Driver();
        drivers.add(driver);
        executor.execute(driver);
    }

    /** Runs transactions until the queue is empty. */
    private final class Driver implements Runnable {

        private long batchStartedAt = System.nanoTime();

        boolean isStuck() {
            return System.nanoTime() - batchStartedAt > config.stuckThreshold().toNanos();
        }

        @Override
        public void run() {
            for (List<BatchItem<S, R>> next = next(); !next.isEmpty(); next = next()) {
                List<BatchItem<S, R>> claimed = next.stream().filter(BatchItem::claim).toList();
                if (!claimed.isEmpty()) {
                    processor.accept(claimed);
                }
            }
        }

        private List<BatchItem<S, R>> next() {
            lock.lock();
            try {
                batchStartedAt = System.nanoTime();
                List<BatchItem<S, R>> next = queue.next(config.maxBatchSize());
                if (next.isEmpty()) {
                    drivers.remove(this);
                }
                return next;
            } finally {
                lock.unlock();
            }
        }
    }
}
