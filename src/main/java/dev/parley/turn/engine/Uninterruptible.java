package dev.parley.turn.engine;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs work that the interrupt of the time limit must not reach. An interrupt in the middle of a
 * database call closes the connection while the statement continues, and the statement's outcome is
 * unknown. The database's own timeouts bound the work.
 */
final class Uninterruptible {

    private Uninterruptible() {}

    /**
     * Runs the work on a new thread and waits; an interrupt is restored after the work has ended.
     */
    static <T> T call(String name, Supplier<T> work) {
        Map<String, Object> logContext = TurnLogContext.current();
        Context trace = Context.current();
        FutureTask<T> task =
                new FutureTask<>(() -> {
                    TurnLogContext.put(logContext);
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
