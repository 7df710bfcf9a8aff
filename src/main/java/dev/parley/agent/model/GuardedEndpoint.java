package dev.parley.agent.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentStopped;
import io.smallrye.faulttolerance.api.Guard;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Protects an endpoint by a circuit breaker of its own, which opens when half of the last calls
 * failed, and retries a call if nothing was sent, because a repeated call is paid twice.
 */
final class GuardedEndpoint implements ModelClient {

    /** How long an open circuit refuses calls. */
    static final Duration CIRCUIT_DELAY = Duration.ofSeconds(5);

    private final ModelClient endpoint;
    private final Guard guard;

    /**
     * @param name the name of the circuit breaker
     */
    GuardedEndpoint(String name, ModelClient endpoint) {
        this.endpoint = endpoint;
        this.guard =
                Guard.create()
                        .withDescription("model endpoint " + name)
                        .withRetry()
                        .maxRetries(2)
                        .delay(100, ChronoUnit.MILLIS)
                        .jitter(50, ChronoUnit.MILLIS)
                        .retryOn(ConnectFailed.class)
                        .done()
                        .withCircuitBreaker()
                        .name(name)
                        .requestVolumeThreshold(20)
                        .failureRatio(0.5)
                        .delay(CIRCUIT_DELAY.toMillis(), ChronoUnit.MILLIS)
                        // A refused request of one conversation must not block the model for all
                        // other conversations
                        .skipOn(List.of(AgentFailed.class, AgentStopped.class, AnswerTooLong.class))
                        .done()
                        .build();
    }

    @Override
    public void complete(
            JsonNode request,
            Duration agentTimeout,
            boolean mayRetry,
            BooleanSupplier stopped,
            ChunkSink sink) {
        guard.get(
                () -> {
                    endpoint.complete(request, agentTimeout, mayRetry, stopped, sink);
                    return null;
                },
                Void.class);
    }
}
