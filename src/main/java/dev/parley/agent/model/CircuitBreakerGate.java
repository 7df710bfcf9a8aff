package dev.parley.agent.model;

import dev.parley.agent.AgentUnavailable;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Refuses turns before they are charged while an endpoint's circuit breaker is open. The breaker
 * stays open until the next call, so a gate that only looked at the breaker's state would refuse
 * turns forever; therefore this class remembers until when turns are refused.
 */
final class CircuitBreakerGate {

    private static final Duration OPEN_DURATION = GuardedEndpoint.CIRCUIT_DELAY;

    private static final Duration MIN_RETRY_AFTER = Duration.ofSeconds(1);

    /** How long one turn may probe the endpoint before another turn may. */
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(10);

    private final Endpoint endpoint;
    private final CircuitBreakerMaintenance breakers;
    private final Clock clock;
    private final AtomicReference<Refusal> refusal = new AtomicReference<>(Refusal.NONE);

    CircuitBreakerGate(
            Endpoint endpoint,
            CircuitBreakerMaintenance breakers,
            Clock clock,
            MeterRegistry meters) {
        this.endpoint = endpoint;
        this.breakers = breakers;
        this.clock = clock;
        Gauge.builder("parley.circuit.state", this, CircuitBreakerGate::stateValue)
                .description(
                        "State of the model endpoint's circuit breaker: 1 open, 0.5 half open, 0"
                                + " closed")
                .tag("endpoint", endpoint.name())
                .register(meters);
    }

    /** Observes the circuit breaker, which must exist. */
    void subscribe() {
        breakers.onStateChange(endpoint.name(), this::onStateChange);
    }

    /**
     * Refuses turns while the circuit is open or half open. When the refusal expires, one turn is
     * admitted as a probe; the other turns are refused and not charged. The probe is admitted again
     * each time it calls this method.
     *
     * @throws AgentUnavailable with the time after which the caller may retry
     */
    void requireClosed(UUID turn) {
        if (breakers.currentState(endpoint.name()) == CircuitBreakerState.CLOSED) {
            return;
        }
        Refusal current = refusal.get();
        if (!turn.equals(current.probe()) && !tryBecomeProbe(turn, current)) {
            throw unavailable(null);
        }
    }

    private boolean tryBecomeProbe(UUID turn, Refusal current) {
        Instant now = clock.instant();
        return !now.isBefore(current.until())
                && refusal.compareAndSet(current, new Refusal(now.plus(PROBE_TIMEOUT), turn));
    }

    /** Lets another turn probe if this turn was the probe and will not call the endpoint. */
    void release(UUID turn) {
        Refusal current = refusal.get();
        if (turn.equals(current.probe())) {
            refusal.compareAndSet(current, Refusal.NONE);
        }
    }

    /** The endpoint sends an answer: a half-open circuit closes without waiting for its end. */
    void answerArrives() {
        if (breakers.currentState(endpoint.name()) == CircuitBreakerState.HALF_OPEN) {
            breakers.reset(endpoint.name());
            onStateChange(CircuitBreakerState.CLOSED);
        }
    }

    AgentUnavailable unavailable(@Nullable Throwable cause) {
        return new AgentUnavailable(
                "The model is unavailable because too many recent calls failed (circuit open).",
                remaining(),
                cause);
    }

    private double stateValue() {
        return switch (breakers.currentState(endpoint.name())) {
            case OPEN -> 1;
            case HALF_OPEN -> 0.5;
            case CLOSED -> 0;
        };
    }

    private Duration remaining() {
        Duration remaining = Duration.between(clock.instant(), refusal.get().until());
        return remaining.isPositive() ? remaining : MIN_RETRY_AFTER;
    }

    private void onStateChange(CircuitBreakerState state) {
        if (state == CircuitBreakerState.OPEN) {
            refusal.set(new Refusal(clock.instant().plus(OPEN_DURATION), null));
            Log.warnf(
                    "The circuit of the model endpoint %s is open because half of the last calls"
                            + " failed. Turns that need the endpoint are refused for %d s and not"
                            + " charged. Check %s and the status of the endpoint",
                    endpoint.name(),
                    OPEN_DURATION.toSeconds(),
                    Endpoints.key(endpoint.name(), "base-url"));
        } else if (state == CircuitBreakerState.CLOSED) {
            Log.infof(
                    "The circuit of the model endpoint %s is closed again; turns are accepted",
                    endpoint.name());
        }
    }

    /**
     * How long turns are refused.
     *
     * @param until when the refusal expires
     * @param probe the turn that was admitted as a probe; null if there is none
     */
    private record Refusal(Instant until, @Nullable UUID probe) {

        static final Refusal NONE = new Refusal(Instant.EPOCH, null);
    }
}
