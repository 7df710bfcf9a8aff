package dev.parley.platform.time;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** The one place that asks the system for the time; everyone else is handed a {@link Clock}. */
class ClockProducer {

    /**
     * PostgreSQL keeps microseconds: with finer ticks a time read back would differ from the one
     * written.
     */
    private static final Duration TICK = Duration.ofNanos(1_000);

    @Produces
    @Singleton
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), TICK);
    }
}
