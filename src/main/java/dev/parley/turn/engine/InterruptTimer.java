package dev.parley.turn.engine;

import dev.parley.agent.tool.ToolRefused;
import dev.parley.turn.store.ExchangeRepository;
import java.time.Duration;
import java.util.function.Supplier;

/** Interrupts a tool that takes too long, and nothing that its thread does after the work. */
final class InterruptTimer implements AutoCloseable {

    private final Thread worker = Thread.currentThread();
    private final Thread timer;
    private boolean over;
    private boolean interrupted;

    private InterruptTimer(Duration limit) {
        timer = Thread.ofVirtual().name("timer-" + worker.getName()).start(() -> expire(limit));
    }

    /**
     * Does the work on the calling thread.
     *
     * @throws ToolTimedOut if the work fails after it was interrupted
     */
    static <T> T call(Duration limit, Supplier<T> work) {
        InterruptTimer timer = new InterruptTimer(limit);
        try (timer) {
            return work.get();
        } catch (ToolRefused | ExchangeRepository.FencedOut failure) {
            throw failure;
        } catch (RuntimeException failure) {
            throw timer.hasInterrupted() ? new ToolTimedOut(failure) : failure;
        }
    }

    private void expire(Duration limit) {
        try {
            Thread.sleep(limit);
        } catch (InterruptedException finished) {
            return;
        }
        synchronized (this) {
            if (!over) {
                interrupted = true;
                worker.interrupt();
            }
        }
    }

    private synchronized boolean hasInterrupted() {
        return interrupted;
    }

    /** The work is over: clears an interrupt that was meant for it. */
    @Override
    public synchronized void close() {
        over = true;
        timer.interrupt();
        if (interrupted) {
            Thread.interrupted();
        }
    }
}
