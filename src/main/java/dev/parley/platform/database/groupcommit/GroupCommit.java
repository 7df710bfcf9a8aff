package dev.parley.platform.database.groupcommit;

import dev.parley.platform.database.CapacityExceeded;
import dev.parley.platform.database.sql.SqlErrors;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Lets items of one kind that are ready at the same moment share a transaction: one commit and a
 * few statements for up to {@link GroupCommitConfig#maxBatchSize} items.
 *
 * <p>No item succeeds before the commit. A rejected item does not affect the other items of its
 * batch. If a batch fails as a whole, each of its items is retried alone; but if the database is
 * unavailable or the outcome of the transaction is unknown, every item fails with that failure.
 *
 * @param <S> the payload of an item
 * @param <R> the result of an item
 */
public final class GroupCommit<S, R> {

    private final String name;
    private final BatchHandler<S, R> handler;
    private final GroupCommitConfig config;
    private final List<BatchWorker<S, R>> workers;
    private final Semaphore singlePermits;
    private final AtomicInteger queued = new AtomicInteger();
    private final DistributionSummary batchSizes;
    private final Counter retriedAlone;

    /**
     * @param name the name of the kind, for people and as a metric's label
     * @param workerCount transactions that run at the same time, each with a connection of the pool
     * @param maxPerOwner how many items of one owner may share a transaction
     * @param singlePermits permits for items that are executed alone; may be shared with other
     *     kinds
     */
    public GroupCommit(
            String name,
            int workerCount,
            int maxPerOwner,
            BatchHandler<S, R> handler,
            Semaphore singlePermits,
            GroupCommitConfig config,
            MeterRegistry meters) {
        this.name = name;
        this.handler = handler;
        this.config = config;
        this.workers =
                IntStream.range(0, workerCount)
                        .mapToObj(number ->
                                new BatchWorker<S, R>(
                                        maxPerOwner,
                                        config,
                                        this::executeBatch,
                                        Thread.ofVirtual().name(name + "-" + number)::start))
                        .toList();
        this.singlePermits = singlePermits;
        this.batchSizes =
                DistributionSummary.builder("parley.group.commit.batch.size")
                        .description("Items that shared a transaction")
                        .tag("kind", name)
                        .register(meters);
        this.retriedAlone =
                Counter.builder("parley.group.commit.retried.alone")
                        .description(
                                "Items that were executed alone, since they had to wait for a lock"
                                        + " or their batch failed")
                        .tag("kind", name)
                        .register(meters);
        Gauge.builder("parley.group.commit.queued", queued, AtomicInteger::get)
                .description("Items that wait or are being executed")
                .tag("kind", name)
                .register(meters);
    }

    /** Submits an item that may share a transaction with every other item. */
    public R submit(UUID ownerId, S payload) {
        return submit(ownerId, Set.of(), payload);
    }

    /**
     * Submits an item, and waits until the item is committed or has failed.
     *
     * @param ownerId items of one owner are executed in order, and owners take turns
     * @param exclusive items of one owner that have one of these values in common never share a
     *     transaction
     * @throws CapacityExceeded if the queue is full, or the item waited too long; nothing was
     *     written
     */
    public R submit(UUID ownerId, Set<?> exclusive, S payload) {
        BatchWorker<S, R> worker = workers.get(Math.floorMod(ownerId.hashCode(), workers.size()));
        BatchItem<S, R> item =
                new BatchItem<>(
                        name,
                        ownerId,
                        exclusive,
                        payload,
                        System.nanoTime() + config.queueTimeout().toNanos());
        if (!worker.add(item)) {
            throw new CapacityExceeded("Too many requests wait for the database.");
        }
        queued.incrementAndGet();
        try {
            return item.await(config.stuckThreshold().toNanos(), worker::startAnotherIfStuck);
        } finally {
            if (!item.isClaimed()) {
                worker.remove(item);
            }
            queued.decrementAndGet();
        }
    }

    private void executeBatch(List<BatchItem<S, R>> items) {
        batchSizes.record(items.size());
        List<BatchOutcome<R>> outcomes;
        try {
            outcomes = handler.executeBatch(items.stream().map(BatchItem::payload).toList());
        } catch (Throwable failure) {
            executeIndividually(items, failure);
            return;
        }
        // Committed: from here on no item may be retried, except an item that was not written
        for (int i = 0; i < items.size(); i++) {
            if (i < outcomes.size()) {
                complete(items.get(i), outcomes.get(i));
            } else {
                items.get(i).failed(new IllegalStateException("The item has no outcome"));
            }
        }
    }

    private void executeIndividually(List<BatchItem<S, R>> items, Throwable failure) {
        if (SqlErrors.leavesOutcomeUnknown(failure)) {
            Log.warnf(failure, "Batch of %d (%s) may have been committed", items.size(), name);
        }
        if (items.size() == 1 || isDatabaseTrouble(failure)) {
            items.forEach(item -> item.failed(failure));
            return;
        }
        Log.warnf(failure, "Batch of %d (%s) failed; retrying individually", items.size(), name);
        items.forEach(this::executeAlone);
    }

    /**
     * The database is unavailable, or may have committed the batch: retrying each item would not
     * help.
     */
    private static boolean isDatabaseTrouble(Throwable failure) {
        return SqlErrors.leavesOutcomeUnknown(failure)
                || SqlErrors.isPoolTimeout(failure)
                || SqlErrors.classify(failure).filter(SqlErrors.UNAVAILABLE::equals).isPresent();
    }

    private void complete(BatchItem<S, R> item, BatchOutcome<R> outcome) {
        switch (outcome) {
            case BatchOutcome.Completed<R> completed -> item.done(completed.result());
            case BatchOutcome.Rejected<R> rejected -> item.failed(rejected.reason());
            case BatchOutcome.RetryAlone<R> retry -> executeAlone(item);
        }
    }

    /** Runs on its own thread: the item may have to wait for a lock, and must not delay others. */
    private void executeAlone(BatchItem<S, R> item) {
        retriedAlone.increment();
        Thread.ofVirtual()
                .name(name + "-alone")
                .start(() -> {
                    try {
                        if (!singlePermits.tryAcquire(
                                config.queueTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
                            item.failed(item.queueTimeout());
                            return;
                        }
                        try {
                            item.done(handler.executeSingle(item.payload()));
                        } finally {
                            singlePermits.release();
                        }
                    } catch (Throwable failure) {
                        item.failed(failure);
                    }
                });
    }
}
