package dev.parley.platform.time;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Produces the {@link Clock} that all other classes inject; only this class uses the system's. */
class ClockProducer {

    /**
     * PostgreSQL stores microseconds. With finer ticks, a time that is read back would differ from
     * the time that was written.
     */
    private static final Duration TICK = Duration.ofNanos(1_000);

    @Produces
    @Singleton
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), TICK);
    }
}
