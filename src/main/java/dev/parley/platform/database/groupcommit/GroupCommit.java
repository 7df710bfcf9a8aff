package dev.parley.platform.database.groupcommit;

import dev.parley.platform.database.CapacityExceeded;
import dev.parley.platform.database.sql.SqlErrors;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Lets steps of one kind that are ready at the same moment share a transaction: one commit, and a
 * few statements, for up to as many as {@link GroupCommitConfig#maxBatchSize}.
 *
 * <p>Nobody hears of success before the commit. A step that is refused does not touch its
 * neighbours. A transaction that fails as a whole is taken apart, and each of its steps is tried
 * alone; but where the database is away, or nobody knows what it did, each step is told so.
 *
 * @param <S> the step
 * @param <R> what it results in
 */
public final class GroupCommit<S, R> {

    private final String name;
    private final BatchHandler<S, R> work;
    private final GroupCommitConfig config;
    private final List<BatchWorker<S, R>> shards;
    private final Semaphore alone;
    private final AtomicInteger waiting = new AtomicInteger();
    private final DistributionSummary sizes;
    private final Counter takenApart;

    /**
     * @param name of the kind, as a person and a metric's label can read it
     * @param shards transactions at work at the same time, each with a connection of the pool
     * @param alone permits for items that are executed alone; may be shared with other kinds
     * @param mostOfOne how many steps of one owner may share a transaction
     */
    public GroupCommit(
            String name,
            int shards,
            int mostOfOne,
            BatchHandler<S, R> work,
            Semaphore alone,
            GroupCommitConfig config,
            MeterRegistry meters) {
        this.name = name;
        this.work = work;
        this.config = config;
        this.shards =
                IntStream.range(0, shards)
                        .mapToObj(number ->
                                new BatchWorker<S, R>(
                                        mostOfOne,
                                        config,
                                        this::executeBatch,
                                        Thread.ofVirtual().name(name + "-" + number)::start))
                        .toList();
        this.alone = alone;
        this.sizes =
                DistributionSummary.builder("parley.group.commit.batch.size")
                        .description("Steps that shared a transaction")
                        .tag("kind", name)
                        .register(meters);
        this.takenApart =
                Counter.builder("parley.group-commit.single-concurrency")
                        .description(
                                "Steps that were done alone, since they had to wait or their"
                                        + " transaction failed")
                        .tag("kind", name)
                        .register(meters);
        Gauge.builder("parley.group.commit.queued", waiting, AtomicInteger::get)
                .description("Steps that wait, or are being done")
                .tag("kind", name)
                .register(meters);
    }

    /**
     * Has a step done, and waits until it is committed, or is known not to be.
     *
     * @param id steps of one owner come one after the other, and in turns with everybody else's
     * @throws CapacityExceeded where too many wait, or it waited too long; nothing was done
     */
    public R submit(UUID id, S step) {
        BatchWorker<S, R> shard = shards.get(Math.floorMod(id.hashCode(), shards.size()));
        BatchItem<S, R> batchItem =
                new BatchItem<>(
                        name, id, step, System.nanoTime() + config.queueTimeout().toNanos());
        if (!shard.add(batchItem)) {
            throw new CapacityExceeded("Too many wait for the database.");
        }
        waiting.incrementAndGet();
        try {
            return batchItem.await(config.stuckThreshold().toNanos(), shard::look);
        } finally {
            if (!batchItem.isClaimed()) {
                shard.remove(batchItem);
            }
            waiting.decrementAndGet();
        }
    }

    private void executeBatch(List<BatchItem<S, R>> steps) {
        sizes.record(steps.size());
        List<BatchOutcome<R>> outcomes;
        try {
            outcomes = work.executeBatch(steps.stream().map(BatchItem::step).toList());
        } catch (Throwable failure) {
            executeIndividually(steps, failure);
            return;
        }
        // Committed: from here on nothing may be tried again
        for (int i = 0; i < steps.size(); i++) {
            if (i < outcomes.size()) {
                complete(steps.get(i), outcomes.get(i));
            } else {
                steps.get(i).failed(new IllegalStateException("The item has no outcome"));
            }
        }
    }

    private void executeIndividually(List<BatchItem<S, R>> steps, Throwable failure) {
        if (steps.size() == 1 || isNobodysFault(failure)) {
            steps.forEach(step -> step.failed(failure));
            return;
        }
        Log.warnf(failure, "Batch of %d (%s) failed; retrying individually", steps.size(), name);
        steps.forEach(this::doAlone);
    }

    /** The database is away, or may have done it: trying each again would be no better. */
    private static boolean isNobodysFault(Throwable failure) {
        return SqlErrors.leavesOutcomeUnknown(failure)
                || SqlErrors.isPoolTimeout(failure)
                || SqlErrors.classify(failure).filter(SqlErrors.UNAVAILABLE::equals).isPresent();
    }

    private void complete(BatchItem<S, R> step, BatchOutcome<R> outcome) {
        switch (outcome) {
            case BatchOutcome.Completed<R> done -> step.done(done.result());
            case BatchOutcome.Rejected<R> refused -> step.failed(refused.reason());
            case BatchOutcome.RetryAlone<R> apart -> doAlone(step);
        }
    }

    /** On a thread of its own: it may have to wait, and the others go on. */
    private void doAlone(BatchItem<S, R> step) {
        takenApart.increment();
        Thread.ofVirtual()
                .name(name + "-alone")
                .start(() -> {
                    try {
                        if (!alone.tryAcquire(
                                config.queueTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
                            step.failed(step.outOfTime());
                            return;
                        }
                        try {
                            step.done(work.executeSingle(step.step()));
                        } finally {
                            alone.release();
                        }
                    } catch (Throwable failure) {
                        step.failed(failure);
                    }
                });
    }
}
