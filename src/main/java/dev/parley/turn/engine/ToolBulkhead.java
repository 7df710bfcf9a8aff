package dev.parley.turn.engine;

import dev.parley.platform.database.Bulkhead;
import dev.parley.platform.database.CapacityExceeded;
import dev.parley.turn.TurnConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Limits the tools that use the database at the same time. Thousands of turns may call tools at the
 * same moment; interactive requests must not wait behind the tools.
 */
@Singleton
public class ToolBulkhead {

    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    private final Bulkhead bulkhead;

    ToolBulkhead(TurnConfig config, MeterRegistry meters) {
        bulkhead =
                new Bulkhead(
                        config.maxConcurrentTools(),
                        MAX_WAIT,
                        "Too many tools are waiting for the database.");
        Gauge.builder("parley.tools.waiting", bulkhead, Bulkhead::waiting)
                .description("Tools that wait for a permit to use the database")
                .register(meters);
    }

    /**
     * Waits for a permit and runs the work with it.
     *
     * @throws CapacityExceeded if no permit is free in time; the work has not run
     */
    <T> T run(Supplier<T> work) {
        return bulkhead.run(work);
    }
}
