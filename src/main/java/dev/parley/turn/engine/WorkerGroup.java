package dev.parley.turn.engine;

import dev.parley.agent.AgentStopped;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The workers of one round, which run at the same time. Their supervisor's thread waits for them,
 * watches their time and leaves only when all have ended.
 */
final class WorkerGroup {

    private static final long MIN_PAUSE_MILLIS = 10;

    private final Set<Worker> running;
    private final BlockingQueue<Worker> ended = new LinkedBlockingQueue<>();
    private final Duration interruptGrace;
    private final Consumer<Worker> abandon;

    /**
     * @param interruptGrace how long a worker may ignore the interrupt of its time limit
     * @param abandon ends a worker that ignores it longer
     */
    WorkerGroup(Collection<Worker> workers, Duration interruptGrace, Consumer<Worker> abandon) {
        this.running = new LinkedHashSet<>(workers);
        this.interruptGrace = interruptGrace;
        this.abandon = abandon;
    }

    /** A worker's thread has ended. */
    void ended(Worker worker) {
        ended.add(worker);
    }

    /**
     * Waits for all workers. If the supervisor is interrupted or cannot go on, the workers are
     * interrupted; the method still waits for them. A worker that ignores that interrupt delays
     * only this thread: the monitor of stuck turns ends the turn without it.
     *
     * @param onEnd called on this thread for each worker that ends, in the order of their ends
     * @throws AgentStopped if this thread was interrupted; the interrupt is restored
     */
    void await(Consumer<Worker> onEnd) {
        try {
            while (!running.isEmpty()) {
                Optional<Worker> next = next();
                if (next.isPresent() && running.remove(next.get())) {
                    onEnd.accept(next.get());
                }
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new AgentStopped();
        } finally {
            stopAll();
        }
    }

    private Optional<Worker> next() throws InterruptedException {
        Duration pause =
                running.stream().map(this::untilNextStep).min(Duration::compareTo).orElseThrow();
        Worker worker =
                ended.poll(Math.max(MIN_PAUSE_MILLIS, pause.toMillis()), TimeUnit.MILLISECONDS);
        if (worker == null) {
            running.forEach(this::enforceLimit);
        }
        return Optional.ofNullable(worker);
    }

    private Duration untilNextStep(Worker worker) {
        return worker.stopped().isEmpty()
                ? worker.remaining()
                : worker.remaining().plus(interruptGrace);
    }

    private void enforceLimit(Worker worker) {
        if (untilNextStep(worker).isPositive()) {
            return;
        }
        if (worker.stopped().isEmpty()) {
            worker.stop(Worker.InterruptCause.TIME_LIMIT);
        } else {
            abandon.accept(worker);
            if (worker.ending().isPresent()) {
                ended.add(worker);
            }
        }
    }

    private void stopAll() {
        running.forEach(worker -> worker.stop(Worker.InterruptCause.SUPERVISOR));
        boolean interrupted = false;
        while (!running.isEmpty()) {
            try {
                running.remove(ended.take());
            } catch (InterruptedException interruption) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
