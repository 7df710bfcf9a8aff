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
 * The application's clock in all tests that run inside of it: the system's, until a test moves it.
 * A test moves it by {@link #moveTo} or {@link #moveBy}, in a {@code try} that puts it back.
 */
@Alternative
@Priority(1)
@Singleton
public class TestClock extends Clock {

    private volatile Duration offset = Duration.ZERO;

    @Override
    public Instant instant() {
        // PostgreSQL keeps microseconds, as the application's own clock does
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

    /** Lets the application believe that it is this moment now; time goes on from there. */
    public Moved moveTo(Instant moment) {
        return moveBy(Duration.between(Instant.now(), moment));
    }

    /** Lets the application believe that it is so much later, or with a negative one earlier. */
    public Moved moveBy(Duration difference) {
        offset = difference;
        return () -> offset = Duration.ZERO;
    }

    /** Puts the clock back. */
    @FunctionalInterface
    public interface Moved extends AutoCloseable {

        @Override
        void close();
    }
}
