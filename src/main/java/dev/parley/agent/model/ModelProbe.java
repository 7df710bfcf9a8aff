package dev.parley.agent.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks the model's endpoint by listing its models. The request costs nothing and shows whether
 * the endpoint is reachable and accepts the key.
 */
@ApplicationScoped
public class ModelProbe {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ModelConfig config;
    private final ObjectMapper json;

    ModelProbe(ModelConfig config, ObjectMapper json) {
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

    public ModelStatus check() throws InterruptedException {
        if (config.baseUrl().isEmpty()) {
            return new ModelStatus.NotConfigured();
        }
        URI endpoint = config.baseUrl().get();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(config.connectTimeout()).build()) {
            return toStatus(
                    endpoint, client.send(request(endpoint), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException failure) {
            String reason = failure.getMessage();
            return new ModelStatus.Unreachable(endpoint, reason == null ? "no connection" : reason);
        } catch (IllegalArgumentException failure) {
            return new ModelStatus.Unreachable(endpoint, String.valueOf(failure.getMessage()));
        }
    }

    private HttpRequest request(URI endpoint) {
        String models = endpoint.toString().replaceAll("(?<!/)/++$", "") + "/models";
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(models)).timeout(TIMEOUT);
        config.apiKey().ifPresent(key -> request.header("Authorization", "Bearer " + key));
        return request.build();
    }

    private ModelStatus toStatus(URI endpoint, HttpResponse<String> response) {
        int status = response.statusCode();
        if (status == 401 || status == 403) {
            return new ModelStatus.KeyRefused(endpoint, config.apiKey().isPresent());
        }
        if (status >= 500) {
            return new ModelStatus.Failing(endpoint, status);
        }
        List<String> known = status == 200 ? models(response.body()) : List.of();
        // Not every endpoint that completes chats lists its models
        return known.isEmpty() || known.contains(config.name())
                ? new ModelStatus.Ready(endpoint, config.name(), !known.isEmpty())
                : new ModelStatus.UnknownModel(endpoint, config.name(), known);
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
