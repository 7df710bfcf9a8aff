package dev.parley.agent.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.agent.AgentProfile;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Checks each model endpoint by listing its models. The request costs nothing and shows whether the
 * endpoint is reachable and accepts the key.
 */
@ApplicationScoped
public class ModelProbe {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Endpoints endpoints;
    private final ModelConfig config;
    private final ObjectMapper json;

    ModelProbe(Endpoints endpoints, ModelConfig config, ObjectMapper json) {
        this.endpoints = endpoints;
        this.config = config;
        this.json = json;
    }

    /** The result of a check. */
    public sealed interface ModelStatus {

        /** No endpoint is configured; the offline assistant answers. */
        record NotConfigured() implements ModelStatus {}

        /**
         * The endpoint answers and has the model, or does not list its models ({@code listed} is
         * false).
         */
        record Ready(URI endpoint, String model, boolean listed) implements ModelStatus {}

        /** The endpoint does not answer. */
        record Unreachable(URI endpoint, String reason) implements ModelStatus {}

        /** The endpoint refuses the key, or the request without a key. */
        record KeyRefused(URI endpoint, boolean keyConfigured) implements ModelStatus {}

        /** The endpoint answers with a server error. */
        record Failing(URI endpoint, int status) implements ModelStatus {}

        /** The endpoint does not have the configured model. */
        record UnknownModel(URI endpoint, String model, List<String> known)
                implements ModelStatus {}
    }

    /**
     * Checks all endpoints, one after the other.
     *
     * @return the results by the names of the endpoints; always with the endpoint of {@code
     *     parley.model}
     */
    public SortedMap<String, ModelStatus> check() throws InterruptedException {
        SortedMap<String, ModelStatus> results = new TreeMap<>();
        results.put(AgentProfile.DEFAULT_ENDPOINT, new ModelStatus.NotConfigured());
        for (Endpoint endpoint : endpoints.all()) {
            results.put(endpoint.name(), check(endpoint));
        }
        return results;
    }

    /**
     * The environment variable for a setting of an endpoint.
     *
     * @param key the key of {@code parley.endpoints}, such as {@code api-key}
     */
    public static String variable(String endpoint, String key) {
        return Endpoints.key(endpoint, key).replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }

    private ModelStatus check(Endpoint endpoint) throws InterruptedException {
        URI url = endpoint.baseUrl();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(config.connectTimeout()).build()) {
            return toStatus(
                    endpoint, client.send(request(endpoint), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException failure) {
            String reason = failure.getMessage();
            return new ModelStatus.Unreachable(url, reason == null ? "no connection" : reason);
        } catch (IllegalArgumentException failure) {
            return new ModelStatus.Unreachable(url, String.valueOf(failure.getMessage()));
        }
    }

    private static HttpRequest request(Endpoint endpoint) {
        String models = endpoint.baseUrl().toString().replaceAll("(?<!/)/++$", "") + "/models";
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(models)).timeout(TIMEOUT);
        endpoint.apiKey().ifPresent(key -> request.header("Authorization", "Bearer " + key));
        return request.build();
    }

    private ModelStatus toStatus(Endpoint endpoint, HttpResponse<String> response) {
        URI url = endpoint.baseUrl();
        int status = response.statusCode();
        if (status == 401 || status == 403) {
            return new ModelStatus.KeyRefused(url, endpoint.apiKey().isPresent());
        }
        if (status >= 500) {
            return new ModelStatus.Failing(url, status);
        }
        List<String> known = status == 200 ? models(response.body()) : List.of();
        // Not every endpoint that completes chats lists its models
        return known.isEmpty() || known.contains(endpoint.model())
                ? new ModelStatus.Ready(url, endpoint.model(), !known.isEmpty())
                : new ModelStatus.UnknownModel(url, endpoint.model(), known);
    }

    private List<String> models(String body) {
        List<String> names = new ArrayList<>();
        try {
            JsonNode listed = json.readTree(body).path("data");
            listed.forEach(model -> names.add(model.path("id").asText()));
            return names;
        } catch (JsonProcessingException failure) {
            return List.of();
        }
    }
}
