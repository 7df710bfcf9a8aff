package dev.parley.turn.engine;

import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts and limits the turns in flight in this process. */
@Singleton
public class TurnLimiter {

    private final int limit;
    private final Semaphore permits;

    TurnLimiter(TurnConfig config, MeterRegistry meters) {
        limit = config.maxInFlight();
        permits = new Semaphore(limit);
        Gauge.builder("parley.turns.in.flight", this, TurnLimiter::count)
                .description("Turns that this process is opening, running or settling")
                .register(meters);
    }

    /**
     * @throws TooManyTurns if no permit is left
     */
    public Permit acquire() {
        if (!permits.tryAcquire()) {
            throw new TooManyTurns(limit);
        }
        return new Permit();
    }

    public int count() {
        return limit - permits.availablePermits();
    }

    /** The permit of one turn; a second release has no effect. */
    public final class Permit {

        private final AtomicBoolean released = new AtomicBoolean();

        public void release() {
            if (released.compareAndSet(false, true)) {
                permits.release();
            }
        }
    }
}
