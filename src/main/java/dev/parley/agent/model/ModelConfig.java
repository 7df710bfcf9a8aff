package dev.parley.agent.model;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The endpoint named {@code model}, which answers for every agent that names no other. The timeouts
 * and limits hold for each endpoint.
 */
@ConfigMapping(prefix = "parley.model")
public interface ModelConfig {

    /**
     * The base URL of an OpenAI-compatible endpoint, including {@code /v1}. Without a base URL the
     * agents of this endpoint answer without a model.
     */
    Optional<URI> baseUrl();

    /** Sent to the endpoint as a bearer token. Never logged. */
    Optional<String> apiKey();

    /** The model's name at the endpoint. */
    @WithDefault("default")
    String name();

    /**
     * Tokens that the model may read and write in one request. Three quarters are for what the
     * model reads.
     */
    @WithDefault("32768")
    @Min(1_024)
    @Max(10_000_000)
    int context();

    /** How long connecting to the endpoint may take. */
    @WithDefault("5s")
    Duration connectTimeout();

    /**
     * An answer that the time limit ends counts as a failure of the endpoint only if nothing had
     * arrived for this long, or for half of the time limit.
     */
    @WithDefault("10s")
    Duration silence();

    /**
     * The least time between two pieces of one reply; what arrives in between is joined. It bounds
     * the events that one turn causes: 20 a second by default.
     */
    @WithDefault("50ms")
    Duration minEventInterval();

    /** Chunks of one answer that are read in a second; a faster endpoint has to wait. */
    @WithDefault("1000")
    @Min(1)
    int maxChunksPerSecond();
}
