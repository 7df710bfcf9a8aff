package dev.parley.ratelimit;

import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A time that goes on when it is told to. */
final class MovableTime implements TimeMeter {

    private final AtomicLong millis = new AtomicLong(Clock.systemUTC().millis());

    void goOn(Duration by) {
        millis.addAndGet(by.toMillis());
    }

    @Override
    public long currentTimeNanos() {
        return millis.get() * 1_000_000;
    }

    @Override
    public boolean isWallClockBased() {
        return true;
    }

    Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis.get());
            }
        };
    }
}
