package dev.parley.agent.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Connects to each endpoint by a pool and a circuit breaker of its own, so that an endpoint that is
 * unavailable does not block the agents of another.
 */
@Singleton
class ModelEndpoints {

    private final Map<String, Connected> connected = new HashMap<>();

    ModelEndpoints(
            Endpoints endpoints,
            ModelConfig config,
            @ConfigProperty(name = "parley.turn.max-in-flight") int maxInFlight,
            Vertx vertx,
            OpenTelemetry telemetry,
            CircuitBreakerMaintenance breakers,
            Clock clock,
            MeterRegistry meters,
            ObjectMapper json) {
        for (Endpoint endpoint : endpoints.all()) {
            CircuitBreakerGate circuit = new CircuitBreakerGate(endpoint, breakers, clock, meters);
            ModelEndpoint client =
                    new ModelEndpoint(
                            endpoint, config, maxInFlight, vertx, telemetry, circuit, json);
            GuardedEndpoint guarded = new GuardedEndpoint(endpoint.name(), client);
            circuit.subscribe();
            connected.put(endpoint.name(), new Connected(endpoint, client, guarded, circuit));
        }
    }

    /** The endpoint of this name; empty if it is not configured. */
    Optional<Connected> find(String name) {
        return Optional.ofNullable(connected.get(name));
    }

    @PreDestroy
    void close() {
        connected.values().forEach(endpoint -> endpoint.client().close());
    }

    /** One endpoint with what protects it. */
    record Connected(
            Endpoint endpoint,
            ModelEndpoint client,
            GuardedEndpoint guarded,
            CircuitBreakerGate circuit) {}
}
