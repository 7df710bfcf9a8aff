package dev.parley.turn.engine;

import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts the turns in flight and lets no more in than the process takes. */
@Singleton
public class TurnLimiter {

    private final int limit;
    private final Semaphore places;

    TurnLimiter(TurnConfig config, MeterRegistry meters) {
        limit = config.maxInFlight();
        places = new Semaphore(limit);
        Gauge.builder("parley.turns.in.flight", this, TurnLimiter::count)
                .description(
                        "Turns that are being opened, thought about or settled by this process")
                .register(meters);
    }

    /**
     * @throws TooManyTurns where there is no place left
     */
    public Permit acquire() {
        if (!places.tryAcquire()) {
            throw new TooManyTurns(limit);
        }
        return new Permit();
    }

    public int count() {
        return limit - places.availablePermits();
    }

    /** One turn's place; leaving twice is harmless. */
    public final class Permit {

        private final AtomicBoolean left = new AtomicBoolean();

        public void release() {
            if (left.compareAndSet(false, true)) {
                places.release();
            }
        }
    }
}
