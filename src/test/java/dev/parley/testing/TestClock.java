package dev.parley.testing;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * The application's clock in all tests that run in its process: the system clock until a test moves
 * the time. A test calls {@link #moveTo} or {@link #moveBy} in a {@code try} block, which resets
 * the clock.
 */
@Alternative
@Priority(1)
@Singleton
public class TestClock extends Clock {

    private volatile Duration offset = Duration.ZERO;

    @Override
    public Instant instant() {
        // PostgreSQL stores microseconds, like the application's own clock
        return Instant.now().plus(offset).truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("The application's time is UTC");
    }

    /** Moves the clock to this time, from which the clock continues. */
    public Moved moveTo(Instant moment) {
        return moveBy(Duration.between(Instant.now(), moment));
    }

    /** Moves the clock ahead of the system clock; a negative difference moves it back. */
    public Moved moveBy(Duration difference) {
        offset = difference;
        return () -> offset = Duration.ZERO;
    }

    /** Resets the clock when closed. */
    @FunctionalInterface
    public interface Moved extends AutoCloseable {

        @Override
        void close();
    }
}
