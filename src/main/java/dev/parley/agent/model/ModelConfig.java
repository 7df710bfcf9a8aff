package dev.parley.agent.model;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The endpoint of the language model. */
@ConfigMapping(prefix = "parley.model")
public interface ModelConfig {

    /**
     * The base URL of an OpenAI-compatible endpoint, including {@code /v1}. Without a base URL
     * there is no language model, and the offline assistant answers.
     */
    Optional<URI> baseUrl();

    /** Sent to the endpoint as a bearer token. Never logged. */
    Optional<String> apiKey();

    /** The model's name at the endpoint. */
    @WithDefault("default")
    String name();

    /** How long connecting to the endpoint may take. */
    @WithDefault("5s")
    Duration connectTimeout();
}
