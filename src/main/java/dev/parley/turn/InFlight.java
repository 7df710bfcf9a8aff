package dev.parley.turn;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts the turns in flight and lets no more in than the process takes. */
@Singleton
class InFlight {

    private static final int BEFORE_EVERYTHING_STOPS = 1;

    private final int limit;
    private final Duration drain;
    private final Semaphore places;

    InFlight(TurnConfig config, MeterRegistry meters) {
        limit = config.maxInFlight();
        drain = config.drain();
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

    /**
     * Turns whose client has gone are no requests any more: the server's own drain does not wait
     * for them.
     */
    void drain(@Observes @Priority(BEFORE_EVERYTHING_STOPS) ShutdownEvent stop) {
        if (count() == 0) {
            return;
        }
        Log.infof("Waiting for %d turns to end, %d s at most", count(), drain.toSeconds());
        try {
            if (!places.tryAcquire(limit, drain.toMillis(), TimeUnit.MILLISECONDS)) {
                Log.warnf("Stopping although %d turns have not ended", count());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            Log.warnf("Interrupted; stopping although %d turns have not ended", count());
        }
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
