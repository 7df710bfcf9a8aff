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
 * Lets only so many tools at the database at once. Thousands of turns may use theirs in the same
 * moment; interactive requests must not wait behind them.
 */
@Singleton
public class ToolBulkhead {

    private static final long MAX_WAIT_SECONDS = 10;

    private final Semaphore places;

    ToolBulkhead(TurnConfig config, MeterRegistry meters) {
        places = new Semaphore(config.maxConcurrentTools(), true);
        Gauge.builder("parley.tools.waiting", places, Semaphore::getQueueLength)
                .description("Tools that wait for their place at the database")
                .register(meters);
    }

    /**
     * Waits for a place, and does the work in it.
     *
     * @throws CapacityExceeded where there is none in time; nothing was done
     */
    <T> T in(Supplier<T> work) {
        acquire();
        try {
            return work.get();
        } finally {
            places.release();
        }
    }

    private void acquire() {
        try {
            if (places.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        throw new CapacityExceeded("Too many tools wait for the database.");
    }
}
