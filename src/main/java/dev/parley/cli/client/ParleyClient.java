package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.JsonOutput;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client of a Parley server, with the user's token. */
final class ParleyClient implements AutoCloseable {

    private static final Duration TO_CONNECT = Duration.ofSeconds(10);
    private static final Duration TO_ANSWER = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TO_CONNECT)
                    .build();
    private final String base;
    private String token = "";

    /**
     * @throws CommandFailed where that is no address
     */
    ParleyClient(URI base) {
        if (!"http".equals(base.getScheme()) && !"https".equals(base.getScheme())) {
            throw new CommandFailed(
                    "%s is no server: its address begins with http:// or https://."
                            .formatted(base));
        }
        this.base = base.toString().replaceAll("/+$", "");
    }

    void use(String bearer) {
        token = bearer;
    }

    /**
     * @throws CommandFailed where name and password do not fit
     */
    String signIn(String username, String password) throws IOException, InterruptedException {
        ObjectNode body = JsonOutput.object().put("username", username).put("password", password);
        return answer(post("/api/auth/login", body)).path("access_token").asText();
    }

    /** The conversation that was talked in last, if there is any. */
    @Nullable String latestConversation() throws IOException, InterruptedException {
        JsonNode latest = answer(get("/api/conversations?limit=1")).path("data").path(0).path("id");
        return latest.isTextual() ? latest.asText() : null;
    }

    String title(String conversation) throws IOException, InterruptedException {
        return answer(get("/api/conversations/" + conversation)).path("title").asText();
    }

    /** In the order in which they were said. */
    List<JsonNode> lastMessages(String conversation, int most)
            throws IOException, InterruptedException {
        List<JsonNode> messages = new ArrayList<>();
        answer(
                        get(
                                "/api/conversations/%s/messages?order=desc&limit=%d"
                                        .formatted(conversation, most)))
                .path("data")
                .forEach(messages::add);
        Collections.reverse(messages);
        return messages;
    }

    /** Begins a turn, or comes back to it: the same key is the same turn. */
    HttpResponse<InputStream> chat(ObjectNode message, String idempotencyKey)
            throws IOException, InterruptedException {
        return stream(post("/api/chat", message).header("Idempotency-Key", idempotencyKey));
    }

    /** The rest of a turn's events. */
    HttpResponse<InputStream> events(String turn, long after)
            throws IOException, InterruptedException {
        return stream(
                get("/api/turns/%s/events".formatted(turn))
                        .header("Last-Event-ID", Long.toString(after)));
    }

    void cancel(String turn) throws IOException, InterruptedException {
        answer(
                request("/api/turns/%s/cancel".formatted(turn))
                        .timeout(TO_ANSWER)
                        .POST(BodyPublishers.noBody()));
    }

    /**
     * What a refusal says.
     *
     * @param problem {@code application/problem+json}, as a rule
     */
    static CommandFailed refusal(int status, String problem) {
        try {
            JsonNode told = JsonOutput.read(problem);
            if (told.path("detail").isTextual()) {
                return new CommandFailed(told.path("detail").asText());
            }
        } catch (CommandFailed failure) {
            // Something stands before Parley, and says so in its own way
            return new CommandFailed("The server answered with status %d.".formatted(status));
        }
        return new CommandFailed("The server answered with status %d.".formatted(status));
    }

    private HttpRequest.Builder get(String path) {
        return request(path);
    }

    private HttpRequest.Builder post(String path, ObjectNode body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private JsonNode answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                sent(request.timeout(TO_ANSWER).build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw refusal(answer.statusCode(), answer.body());
        }
        return JsonOutput.read(answer.body());
    }

    private HttpResponse<InputStream> stream(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                http.send(
                        request.header("Accept", "text/event-stream").timeout(TO_ANSWER).build(),
                        BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            try (InputStream body = answer.body()) {
                throw refusal(
                        answer.statusCode(),
                        new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return answer;
    }

    private <T> HttpResponse<T> sent(HttpRequest request, HttpResponse.BodyHandler<T> body)
            throws InterruptedException {
        try {
            return http.send(request, body);
        } catch (IOException failure) {
            String reason = failure.getMessage();
            throw new CommandFailed(
                    "%s cannot be reached (%s). Is it running? --server names another."
                            .formatted(base, reason == null ? "no connection" : reason));
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
