package dev.parley.agent.model;

import java.net.URI;
import java.util.Optional;

/**
 * A model endpoint that is configured.
 *
 * @param name names the endpoint in the configuration of agents, in metrics and in logs
 * @param apiKey never logged
 * @param model the model's name at the endpoint, for agents that name none
 * @param context tokens that the model may read and write in one request
 */
record Endpoint(String name, URI baseUrl, Optional<String> apiKey, String model, int context) {

    /** Without the key, so that no log can contain it. */
    @Override
    public String toString() {
        return "%s at %s".formatted(name, baseUrl);
    }
}
