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
     * An OpenAI-compatible endpoint, with its {@code /v1}. Without it there is no language model.
     */
    Optional<URI> baseUrl();

    /** Sent as a bearer token, where there is one. Never logged. */
    Optional<String> apiKey();

    /** As the endpoint calls the model. */
    @WithDefault("default")
    String name();

    /** How long connecting may take. */
    @WithDefault("5s")
    Duration connectTimeout();
}
