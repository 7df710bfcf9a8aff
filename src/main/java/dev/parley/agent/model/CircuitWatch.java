package dev.parley.agent.model;

import dev.parley.agent.AgentUnavailable;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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

    private final CircuitBreakerMaintenance breakers;
    private final Clock clock;
    private final AtomicReference<@Nullable Instant> openUntil = new AtomicReference<>();

    CircuitWatch(CircuitBreakerMaintenance breakers, Clock clock) {
        this.breakers = breakers;
        this.clock = clock;
    }

    void watch(@Observes StartupEvent start) {
        breakers.onStateChange(ModelEndpoint.CIRCUIT, this::changed);
    }

    /**
     * Refuses while the circuit is open.
     *
     * @throws AgentUnavailable with the time until it may be tried again
     */
    void requireClosed() {
        boolean isOpen = breakers.currentState(ModelEndpoint.CIRCUIT) == CircuitBreakerState.OPEN;
        if (isOpen && !remaining().isZero()) {
            throw isOpen(null);
        }
    }

    AgentUnavailable isOpen(@Nullable Throwable cause) {
        return new AgentUnavailable(
                "The model has failed too often of late and is left alone for a moment.",
                remaining(),
                cause);
    }

    private Duration remaining() {
        return Optional.ofNullable(openUntil.get())
                .map(until -> Duration.between(clock.instant(), until))
                .filter(Duration::isPositive)
                .orElse(Duration.ZERO);
    }

    private void changed(CircuitBreakerState state) {
        openUntil.set(state == CircuitBreakerState.OPEN ? clock.instant().plus(DELAY) : null);
    }
}
