package dev.parley.agent.model;

import dev.parley.agent.AgentUnavailable;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Knows until when the endpoint's circuit refuses, so that a turn can be refused before it is
 * charged. The breaker itself stays open until somebody calls, which nobody would if its state
 * alone were asked.
 */
@ApplicationScoped
class CircuitWatch {

    private static final Duration DELAY = Duration.ofMillis(ModelEndpoint.CIRCUIT_DELAY);

    private static final Duration SOON = Duration.ofSeconds(1);

    /** How long one turn may try whether the endpoint is back, before another may. */
    private static final Duration PROBE = Duration.ofSeconds(10);

    private final CircuitBreakerMaintenance breakers;
    private final Clock clock;
    private final AtomicReference<Instant> refusingUntil = new AtomicReference<>(Instant.EPOCH);

    CircuitWatch(CircuitBreakerMaintenance breakers, Clock clock, MeterRegistry meters) {
        this.breakers = breakers;
        this.clock = clock;
        Gauge.builder("parley.circuit.open", this, CircuitWatch::openness)
                .description("1 where the endpoint's circuit is open, 0.5 half open, 0 closed")
                .tag("endpoint", ModelEndpoint.CIRCUIT)
                .register(meters);
    }

    void watch(@Observes StartupEvent start) {
        breakers.onStateChange(ModelEndpoint.CIRCUIT, this::changed);
    }

    /**
     * Refuses while the circuit is open, or half open: then one turn is let through to try, and the
     * others are not charged for finding out.
     *
     * @throws AgentUnavailable with the time until it may be tried again
     */
    void requireClosed() {
        if (breakers.currentState(ModelEndpoint.CIRCUIT) == CircuitBreakerState.CLOSED) {
            return;
        }
        Instant now = clock.instant();
        Instant until = refusingUntil.get();
        boolean mayTry =
                !now.isBefore(until) && refusingUntil.compareAndSet(until, now.plus(PROBE));
        if (!mayTry) {
            throw isOpen(null);
        }
    }

    AgentUnavailable isOpen(@Nullable Throwable cause) {
        return new AgentUnavailable(
                "The model has failed too often of late and is left alone for a moment.",
                remaining(),
                cause);
    }

    private double openness() {
        return switch (breakers.currentState(ModelEndpoint.CIRCUIT)) {
            case OPEN -> 1;
            case HALF_OPEN -> 0.5;
            case CLOSED -> 0;
        };
    }

    private Duration remaining() {
        Duration left = Duration.between(clock.instant(), refusingUntil.get());
        return left.isPositive() ? left : SOON;
    }

    private void changed(CircuitBreakerState state) {
        if (state == CircuitBreakerState.OPEN) {
            refusingUntil.set(clock.instant().plus(DELAY));
            Log.warnf(
                    "The model's circuit is open: half of its last calls failed. Turns that need it"
                            + " are refused for %d s, uncharged; look at parley.model.base-url and"
                            + " the endpoint's own state",
                    DELAY.toSeconds());
        } else if (state == CircuitBreakerState.CLOSED) {
            Log.info("The model's circuit is closed again");
        }
    }
}
