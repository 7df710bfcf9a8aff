package dev.parley.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * More model endpoints, by names that agents refer to. A name has lower-case letters, digits and
 * underscores. The timeouts and limits of {@code parley.model} hold for each endpoint.
 */
@ConfigMapping(prefix = "parley.endpoints")
public interface EndpointCatalogueConfig {

    @WithParentName
    Map<String, EndpointSettings> endpoints();

    /** One endpoint. */
    interface EndpointSettings {

        /** The base URL of an OpenAI-compatible endpoint, including {@code /v1}. Required. */
        Optional<URI> baseUrl();

        /** Sent to the endpoint as a bearer token. Never logged. */
        Optional<String> apiKey();

        /** The model's name at the endpoint, for agents that name none. */
        @WithDefault("default")
        String model();

        /**
         * Tokens that the model may read and write in one request, 1024 to 10000000. Three quarters
         * are for what the model reads.
         */
        @WithDefault("32768")
        int context();
    }
}
