package dev.parley.turn.engine;

import dev.parley.platform.database.CapacityExceeded;
import dev.parley.turn.TurnConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Limits the tools that use the database at the same time. Thousands of turns may call tools at the
 * same moment; interactive requests must not wait behind the tools.
 */
@Singleton
public class ToolBulkhead {

    private static final long MAX_WAIT_SECONDS = 10;

    private final Semaphore permits;

    ToolBulkhead(TurnConfig config, MeterRegistry meters) {
        permits = new Semaphore(config.maxConcurrentTools(), true);
        Gauge.builder("parley.tools.waiting", permits, Semaphore::getQueueLength)
                .description("Tools that wait for a permit to use the database")
                .register(meters);
    }

    /**
     * Waits for a permit and runs the work with it.
     *
     * @throws CapacityExceeded if no permit is free in time; the work has not run
     */
    <T> T run(Supplier<T> work) {
        acquire();
        try {
            return work.get();
        } finally {
            permits.release();
        }
    }

    private void acquire() {
        try {
            if (permits.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        throw new CapacityExceeded("Too many tools are waiting for the database.");
    }
}
