package dev.parley.turn;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts the turns in flight and lets no more in than the process takes. */
@Singleton
class InFlight {

    private final int limit;
    private final Semaphore places;

    InFlight(TurnConfig config, MeterRegistry meters) {
        limit = config.maxInFlight();
        places = new Semaphore(limit);
        Gauge.builder("parley.turns.in.flight", this, InFlight::count)
                .description(
                        "Turns that are being opened, thought about or settled by this process")
                .register(meters);
    }

    /**
     * @throws TooManyTurns where there is no place left
     */
    Place enter() {
        if (!places.tryAcquire()) {
            throw new TooManyTurns(limit);
        }
        return new Place();
    }

    int count() {
        return limit - places.availablePermits();
    }

    /** One turn's place; leaving twice is harmless. */
    final class Place {

        private final AtomicBoolean left = new AtomicBoolean();

        void leave() {
            if (left.compareAndSet(false, true)) {
                places.release();
            }
        }
    }
}
