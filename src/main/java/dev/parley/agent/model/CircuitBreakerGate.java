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
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Knows until when the endpoint's circuit refuses, so that a turn can be refused before it is
 * charged. The breaker itself stays open until somebody calls, which nobody would if its state
 * alone were asked.
 */
@ApplicationScoped
class CircuitBreakerGate {

    private static final Duration DELAY = Duration.ofMillis(ModelEndpoint.CIRCUIT_DELAY);

    private static final Duration SOON = Duration.ofSeconds(1);

    /** How long one turn may try whether the endpoint is back, before another may. */
    private static final Duration PROBE = Duration.ofSeconds(10);

    private final CircuitBreakerMaintenance breakers;
    private final Clock clock;
    private final AtomicReference<Refusal> refusal = new AtomicReference<>(Refusal.NONE);

    CircuitBreakerGate(CircuitBreakerMaintenance breakers, Clock clock, MeterRegistry meters) {
        this.breakers = breakers;
        this.clock = clock;
        Gauge.builder("parley.circuit.state", this, CircuitBreakerGate::openness)
                .description("1 where the endpoint's circuit is open, 0.5 half open, 0 closed")
                .tag("endpoint", ModelEndpoint.CIRCUIT)
                .register(meters);
    }

    void watch(@Observes StartupEvent start) {
        breakers.onStateChange(ModelEndpoint.CIRCUIT, this::changed);
    }

    /**
     * Refuses while the circuit is open, or half open: then one turn is let through to try, and the
     * others are not charged for finding out. The turn that was let through is let through again.
     *
     * @throws AgentUnavailable with the time until it may be tried again
     */
    void requireClosed(UUID turn) {
        if (breakers.currentState(ModelEndpoint.CIRCUIT) == CircuitBreakerState.CLOSED) {
            return;
        }
        Refusal current = refusal.get();
        if (!turn.equals(current.probe()) && !becomesProbe(turn, current)) {
            throw isOpen(null);
        }
    }

    private boolean becomesProbe(UUID turn, Refusal current) {
        Instant now = clock.instant();
        return !now.isBefore(current.until())
                && refusal.compareAndSet(current, new Refusal(now.plus(PROBE), turn));
    }

    /** Lets another turn try where this one was let through, and does not call after all. */
    void release(UUID turn) {
        Refusal current = refusal.get();
        if (turn.equals(current.probe())) {
            refusal.compareAndSet(current, Refusal.NONE);
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
        Duration left = Duration.between(clock.instant(), refusal.get().until());
        return left.isPositive() ? left : SOON;
    }

    private void changed(CircuitBreakerState state) {
        if (state == CircuitBreakerState.OPEN) {
            refusal.set(new Refusal(clock.instant().plus(DELAY), null));
            Log.warnf(
                    "The model's circuit is open: half of its last calls failed. Turns that need it"
                            + " are refused for %d s, uncharged; look at parley.model.base-url and"
                            + " the endpoint's own state",
                    DELAY.toSeconds());
        } else if (state == CircuitBreakerState.CLOSED) {
            Log.info("The model's circuit is closed again");
        }
    }

    /**
     * Until when turns are refused.
     *
     * @param probe the turn that was let through meanwhile to try; null where none was
     */
    private record Refusal(Instant until, @Nullable UUID probe) {

        static final Refusal NONE = new Refusal(Instant.EPOCH, null);
    }
}
