package dev.parley.agent.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentProfile;
import dev.parley.agent.AgentType;
import dev.parley.agent.ProfilesForTests;
import dev.parley.testing.Configured;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The language model without the application around it: nothing repeats, no circuit opens. */
final class PlainModel implements AutoCloseable {

    private static final ObjectMapper JSON =
            new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    private final Vertx vertx = Vertx.vertx();
    private final ModelEndpoint endpoint;
    private final LanguageModel model;

    PlainModel(Map<String, String> settings) {
        ModelConfig config = Configured.as(ModelConfig.class, settings);
        AgentConfig limits = Configured.as(AgentConfig.class, settings);
        Endpoint target =
                new Endpoint(
                        AgentProfile.DEFAULT_ENDPOINT,
                        config.baseUrl().orElseThrow(),
                        config.apiKey(),
                        config.name(),
                        config.context());
        CircuitBreakerGate circuit =
                new CircuitBreakerGate(
                        target, new AlwaysClosed(), Clock.systemUTC(), new SimpleMeterRegistry());
        endpoint =
                new ModelEndpoint(target, config, 10, vertx, OpenTelemetry.noop(), circuit, JSON);
        model =
                new LanguageModel(
                        ProfilesForTests.ofModel(AgentType.ASSISTANT, Set.of()),
                        "Answer.",
                        target,
                        config,
                        limits,
                        endpoint,
                        circuit,
                        new ModelCallTracing(
                                OpenTelemetry.noop().getTracer("test"),
                                new ModelCallMetrics(new SimpleMeterRegistry())),
                        JSON);
    }

    ModelEndpoint endpoint() {
        return endpoint;
    }

    LanguageModel model() {
        return model;
    }

    @Override
    public void close() {
        endpoint.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static final class AlwaysClosed implements CircuitBreakerMaintenance {

        @Override
        public CircuitBreakerState currentState(String name) {
            return CircuitBreakerState.CLOSED;
        }

        @Override
        public void onStateChange(String name, Consumer<CircuitBreakerState> callback) {}

        @Override
        public void reset(String name) {}

        @Override
        public void resetAll() {}
    }
}
