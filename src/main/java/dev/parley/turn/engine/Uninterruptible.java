package dev.parley.turn.engine;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs work where the time limit's interrupt does not reach it. An interrupt in the middle of a
 * database step closes the connection while the statement runs on, and nobody knows what became of
 * it; the database's own limits bound the work.
 */
final class Uninterruptible {

    private Uninterruptible() {}

    /** Waits for the work on a thread of its own; an interrupt meanwhile is kept for afterwards. */
    static <T> T call(String name, Supplier<T> work) {
        Map<String, Object> spokenOf = TurnLogContext.current();
        Context trace = Context.current();
        FutureTask<T> task =
                new FutureTask<>(() -> {
                    TurnLogContext.put(spokenOf);
                    try (Scope _ = trace.makeCurrent()) {
                        return work.get();
                    }
                });
        Thread.ofVirtual().name(name).start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException interruption) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof RuntimeException exception
                    ? exception
                    : new IllegalStateException(failure.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
