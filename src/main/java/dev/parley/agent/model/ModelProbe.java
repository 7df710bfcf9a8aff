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
 * Asks the model's endpoint which models it has, which costs nothing and tells whether it can be
 * reached and takes the key.
 */
@ApplicationScoped
public class ModelProbe {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ModelConfig config;
    private final ObjectMapper json;

    ModelProbe(ModelConfig config, ObjectMapper json) {
        this.config = config;
        this.json = json;
    }

    /** What came of asking. */
    public sealed interface ModelStatus {

        /** There is no endpoint in the configuration; the offline assistant answers. */
        record NotConfigured() implements ModelStatus {}

        /** It answers, and has the model; or it does not say which ones it has. */
        record Ready(URI endpoint, String model, boolean listed) implements ModelStatus {}

        /** It does not answer. */
        record Unreachable(URI endpoint, String reason) implements ModelStatus {}

        /** It does not take the key. */
        record KeyRefused(URI endpoint, boolean given) implements ModelStatus {}

        /** It answers with an error. */
        record Failing(URI endpoint, int status) implements ModelStatus {}

        /** It has others, and not this one. */
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
            return understood(
                    endpoint, client.send(request(endpoint), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException failure) {
            String reason = failure.getMessage();
            return new ModelStatus.Unreachable(endpoint, reason == null ? "no connection" : reason);
        } catch (IllegalArgumentException failure) {
            return new ModelStatus.Unreachable(endpoint, String.valueOf(failure.getMessage()));
        }
    }

    private HttpRequest request(URI endpoint) {
        String models = endpoint.toString().replaceAll("/+$", "") + "/models";
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(models)).timeout(PATIENCE);
        config.apiKey().ifPresent(key -> request.header("Authorization", "Bearer " + key));
        return request.build();
    }

    private ModelStatus understood(URI endpoint, HttpResponse<String> answer) {
        int status = answer.statusCode();
        if (status == 401 || status == 403) {
            return new ModelStatus.KeyRefused(endpoint, config.apiKey().isPresent());
        }
        if (status >= 500) {
            return new ModelStatus.Failing(endpoint, status);
        }
        List<String> known = status == 200 ? models(answer.body()) : List.of();
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
