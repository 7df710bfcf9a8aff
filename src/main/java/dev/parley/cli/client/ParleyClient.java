package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.JsonOutput;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
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

/** An HTTP client of a Parley server that sends the user's token. */
final class ParleyClient implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);
    private static final int CONFLICT = 409;
    private static final int GONE = 410;

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();
    private final String base;
    private String token = "";

    /**
     * @throws CommandFailed if the address is not an HTTP URL
     */
    ParleyClient(URI base) {
        if (!"http".equals(base.getScheme()) && !"https".equals(base.getScheme())) {
            throw new CommandFailed(
                    "%s is not a server address. The address must start with http:// or https://."
                            .formatted(base));
        }
        this.base = base.toString().replaceAll("(?<!/)/++$", "");
    }

    void useToken(String bearer) {
        token = bearer;
    }

    /**
     * Signs in.
     *
     * @return the access token
     * @throws CommandFailed if the server refuses the name and password
     */
    String signIn(String username, String password) throws IOException, InterruptedException {
        ObjectNode body = JsonOutput.object().put("username", username).put("password", password);
        return answer(post("/api/auth/login", body)).path("access_token").asText();
    }

    /** The id of the latest conversation; null if there is none. */
    @Nullable String latestConversation() throws IOException, InterruptedException {
        JsonNode latest = answer(get("/api/conversations?limit=1")).path("data").path(0).path("id");
        return latest.isTextual() ? latest.asText() : null;
    }

    String title(String conversation) throws IOException, InterruptedException {
        return answer(get("/api/conversations/" + conversation)).path("title").asText();
    }

    /** The last messages of a conversation, oldest first. */
    List<JsonNode> lastMessages(String conversation, int maxCount)
            throws IOException, InterruptedException {
        List<JsonNode> messages = new ArrayList<>();
        answer(
                        get(
                                "/api/conversations/%s/messages?order=desc&limit=%d"
                                        .formatted(conversation, maxCount)))
                .path("data")
                .forEach(messages::add);
        Collections.reverse(messages);
        return messages;
    }

    /** Starts a turn and streams its events. The same key returns to the same turn. */
    HttpResponse<InputStream> chat(ObjectNode message, String idempotencyKey)
            throws IOException, InterruptedException {
        return stream(post("/api/chat", message).header("Idempotency-Key", idempotencyKey));
    }

    /**
     * Starts or queues a turn and does not wait for its events. The same key returns to the same
     * turn.
     *
     * @return the turn
     * @throws IOException if the server cannot be reached; then the turn may have been opened
     */
    JsonNode submit(ObjectNode message, String idempotencyKey)
            throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(
                        post("/api/chat", message)
                                .header("Idempotency-Key", idempotencyKey)
                                .header("Prefer", "respond-async")
                                .timeout(RESPONSE_TIMEOUT)
                                .build(),
                        BodyHandlers.ofString());
        return body(response);
    }

    /** The queued turns of a conversation, in the order in which they will run. */
    List<JsonNode> queue(String conversation) throws IOException, InterruptedException {
        return answer(get("/api/conversations/%s/queue".formatted(conversation)))
                .path("data")
                .valueStream()
                .toList();
    }

    /**
     * Removes a turn from the queue; its queries are given back.
     *
     * @throws CommandFailed if the turn has started or ended
     */
    void removeQueued(String conversation, String turn) throws IOException, InterruptedException {
        answer(queued(conversation, turn).DELETE());
    }

    /**
     * Replaces the message of a queued turn.
     *
     * @throws CommandFailed if the turn has started or ended
     */
    void editQueued(String conversation, String turn, String message)
            throws IOException, InterruptedException {
        answer(
                queued(conversation, turn)
                        .header("Content-Type", "application/json")
                        .method(
                                "PATCH",
                                BodyPublishers.ofString(
                                        JsonOutput.object().put("message", message).toString())));
    }

    private HttpRequest.Builder queued(String conversation, String turn) {
        return request("/api/conversations/%s/queue/%s".formatted(conversation, turn));
    }

    /** The quota of the user, and what the user has used of it. */
    JsonNode quota() throws IOException, InterruptedException {
        return answer(get("/api/me/quota"));
    }

    /** Streams the events of a turn after the given event number. */
    HttpResponse<InputStream> events(String turn, long after)
            throws IOException, InterruptedException {
        return stream(
                get("/api/turns/%s/events".formatted(turn))
                        .header("Last-Event-ID", Long.toString(after)));
    }

    void cancel(String turn) throws IOException, InterruptedException {
        answer(
                request("/api/turns/%s/cancel".formatted(turn))
                        .timeout(RESPONSE_TIMEOUT)
                        .POST(BodyPublishers.noBody()));
    }

    /** One page of the tool calls that wait for a decision of this user. */
    JsonNode openApprovals(@Nullable String cursor) throws IOException, InterruptedException {
        String page =
                cursor == null
                        ? ""
                        : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
        return answer(get("/api/approvals?status=open" + page));
    }

    /**
     * Approves or denies a tool call. The same decision can be sent again.
     *
     * @throws CommandFailed if the server refuses the decision for another reason than its time
     */
    Decision.Outcome decide(String turn, String step, Decision decision)
            throws InterruptedException {
        String path = "/api/turns/%s/steps/%s/%s".formatted(turn, step, decision.action());
        HttpResponse<String> response =
                send(
                        post(path, decision.body()).timeout(RESPONSE_TIMEOUT).build(),
                        BodyHandlers.ofString());
        if (response.statusCode() == GONE) {
            return Decision.Outcome.EXPIRED;
        }
        if (response.statusCode() == CONFLICT && code(response.body()).equals("already_decided")) {
            return Decision.Outcome.ALREADY_DECIDED;
        }
        if (response.statusCode() >= 300) {
            throw refusal(response.statusCode(), response.body());
        }
        return Decision.Outcome.ACCEPTED;
    }

    private static String code(String problem) {
        try {
            return JsonOutput.read(problem).path("code").asText();
        } catch (CommandFailed failure) {
            return ""; // The response comes from a proxy
        }
    }

    /**
     * The exception for a response with an error status.
     *
     * @param problem the body of the response, normally {@code application/problem+json}
     */
    static CommandFailed refusal(int status, String problem) {
        try {
            JsonNode json = JsonOutput.read(problem);
            if (json.path("detail").isTextual()) {
                return new CommandFailed(json.path("detail").asText());
            }
        } catch (CommandFailed failure) {
            // The response comes from a proxy in front of Parley, in a format of the proxy
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
        return body(send(request.timeout(RESPONSE_TIMEOUT).build(), BodyHandlers.ofString()));
    }

    private static JsonNode body(HttpResponse<String> response) {
        if (response.statusCode() >= 300) {
            throw refusal(response.statusCode(), response.body());
        }
        return JsonOutput.read(response.body());
    }

    private HttpResponse<InputStream> stream(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                http.send(
                        request.header("Accept", "text/event-stream")
                                .timeout(RESPONSE_TIMEOUT)
                                .build(),
                        BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            try (InputStream body = response.body()) {
                throw refusal(
                        response.statusCode(),
                        new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return response;
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
            throws InterruptedException {
        try {
            return http.send(request, body);
        } catch (IOException failure) {
            String reason = failure.getMessage();
            throw new CommandFailed(
                    "%s cannot be reached (%s). Check that the server runs, or choose another server with --server."
                            .formatted(base, reason == null ? "no connection" : reason));
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
