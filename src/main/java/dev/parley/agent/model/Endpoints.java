package dev.parley.agent.model;

import static dev.parley.agent.AgentProfile.DEFAULT_ENDPOINT;

import dev.parley.agent.EndpointCatalogueConfig;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The model endpoints that are configured, by name. */
@Singleton
class Endpoints {

    private final Map<String, Endpoint> endpoints = new TreeMap<>();

    Endpoints(ModelConfig model, EndpointCatalogueConfig others) {
        model.baseUrl()
                .ifPresent(url ->
                        add(
                                new Endpoint(
                                        DEFAULT_ENDPOINT,
                                        url,
                                        model.apiKey(),
                                        model.name(),
                                        model.context())));
        others.endpoints()
                .forEach((name, settings) ->
                        settings.baseUrl()
                                .ifPresent(url ->
                                        add(
                                                new Endpoint(
                                                        name,
                                                        url,
                                                        settings.apiKey(),
                                                        settings.model(),
                                                        settings.context()))));
    }

    private void add(Endpoint endpoint) {
        endpoints.putIfAbsent(endpoint.name(), endpoint);
    }

    Collection<Endpoint> all() {
        return endpoints.values();
    }

    Optional<Endpoint> find(String name) {
        return Optional.ofNullable(endpoints.get(name));
    }

    /** The full key of a setting of an endpoint; {@code parley.model} names the model otherwise. */
    static String key(String endpoint, String key) {
        return endpoint.equals(DEFAULT_ENDPOINT)
                ? "parley.model." + (key.equals("model") ? "name" : key)
                : "parley.endpoints.%s.%s".formatted(endpoint, key);
    }
}
