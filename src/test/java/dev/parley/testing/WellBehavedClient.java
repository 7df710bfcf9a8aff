package dev.parley.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A user with an address of their own, who does a little of everything within the rate limits:
 * every second round over a new connection, otherwise over one that is kept alive. Each request is
 * timed, and so is a turn over a WebSocket of its own.
 */
public final class WellBehavedClient implements AutoCloseable {

    /** Longer than any request may take, so that a request that hangs is told with its time. */
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Pattern ENDS_TURN =
            Pattern.compile("\"type\":\"(?:problem|turn\\.(?!opened))");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ParleyProcess parley;
    private final InetAddress address;
    private final HttpClient kept;
    private final ObjectNode account;
    private final Map<String, HttpRequest> round = new LinkedHashMap<>();
    private String token = "";

    private WellBehavedClient(ParleyProcess parley, InetAddress address) {
        this.parley = parley;
        this.address = address;
        this.kept = connection();
        this.account =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("username", "p-" + UUID.randomUUID().toString().substring(0, 13))
                        .put("password", Person.PASSWORD);
    }

    /**
     * A new user who has registered and logged in.
     *
     * @param address an address of this machine, such as 127.0.0.2
     */
    public static WellBehavedClient registered(ParleyProcess parley, InetAddress address)
            throws InterruptedException {
        WellBehavedClient client = new WellBehavedClient(parley, address);
        client.setUp();
        return client;
    }

    private void setUp() throws InterruptedException {
        Timed made =
                send(
                        kept,
                        "register",
                        post(
                                "/api/auth/register",
                                "",
                                account.deepCopy()
                                        .put("email", account.path("username").asText() + "@x.org")
                                        .toString()));
        HttpRequest login = post("/api/auth/login", "", account.toString());
        token = field(send(kept, "log in", login).body(), "access_token");
        if (token.isEmpty()) {
            throw new IllegalStateException("Could not register: " + made);
        }
        round.put("log in", login);
        round.put("list tasks", get("/api/tasks?limit=20", token));
        round.put("create task", post("/api/tasks", token, "{\"title\":\"buy milk\"}"));
        round.put("turn", post("/api/chat", token, "{\"message\":\"hello\"}"));
        round.put("dashboard", get("/api/dashboard/stats", token));
        round.put("search", get("/api/messages?q=hello&limit=5", token));
        round.put("export", get("/api/me/export", token));
    }

    public String token() {
        return token;
    }

    /** Does this many rounds, and returns what each request came to. */
    public List<Timed> rounds(int count) throws InterruptedException {
        List<Timed> timed = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            timed.addAll(round(i));
        }
        return timed;
    }

    /** Goes on for this long, to the end of a round, and returns what each request came to. */
    public List<Timed> goOnFor(Duration length) throws InterruptedException {
        List<Timed> timed = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; took(start).compareTo(length) < 0; i++) {
            timed.addAll(round(i));
        }
        return timed;
    }

    private List<Timed> round(int number) throws InterruptedException {
        HttpClient http = number % 2 == 0 ? kept : connection();
        List<Timed> timed = new ArrayList<>();
        for (Map.Entry<String, HttpRequest> request : round.entrySet()) {
            timed.add(send(http, request.getKey(), request.getValue()));
        }
        timed.add(turnOverWebSocket(http));
        if (number % 2 != 0) {
            http.shutdownNow();
        }
        Thread.sleep(PAUSE);
        return timed;
    }

    private static Timed send(HttpClient http, String kind, HttpRequest request)
            throws InterruptedException {
        long start = System.nanoTime();
        try {
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Timed(kind, took(start), response.statusCode(), response.body());
        } catch (IOException failure) {
            return new Timed(kind, took(start), 0, failure.toString());
        }
    }

    /** Opens a WebSocket, takes a turn and closes the WebSocket. */
    private Timed turnOverWebSocket(HttpClient http) throws InterruptedException {
        String kind = "WebSocket";
        long start = System.nanoTime();
        LastMessage last = new LastMessage();
        CompletableFuture<WebSocket> opening =
                http.newWebSocketBuilder()
                        .connectTimeout(TIMEOUT)
                        .header("Authorization", "Bearer " + token)
                        .buildAsync(
                                URI.create("ws://127.0.0.1:%d/api/ws".formatted(parley.port())),
                                last);
        try {
            WebSocket socket = opening.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            CompletableFuture<WebSocket> sending =
                    socket.sendText(
                            "{\"type\":\"chat\",\"ref\":\"a\",\"message\":\"hello\"}", true);
            String message = last.arrived.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            sending.join();
            socket.abort();
            return new Timed(
                    kind, took(start), message.contains("turn.succeeded") ? 200 : 0, message);
        } catch (ExecutionException | TimeoutException failure) {
            opening.cancel(true);
            return new Timed(kind, took(start), 0, failure.toString());
        }
    }

    private static Duration took(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private HttpClient connection() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .localAddress(address)
                .build();
    }

    private HttpRequest get(String path, String token) {
        return request(path, token).build();
    }

    private HttpRequest post(String path, String token, String body) {
        return request(path, token).POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    private HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:%d%s".formatted(parley.port(), path)))
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json");
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static String field(String json, String name) {
        try {
            return JSON.readTree(json).path(name).asText();
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException(json, failure);
        }
    }

    @Override
    public void close() {
        kept.shutdownNow();
    }

    /** Waits for the end of a turn, for a problem or for the end of the WebSocket. */
    private static final class LastMessage implements WebSocket.Listener {

        private final CompletableFuture<String> arrived = new CompletableFuture<>();
        private final StringBuilder message = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence part, boolean isLast) {
            message.append(part);
            if (isLast) {
                if (ENDS_TURN.matcher(message).find()) {
                    arrived.complete(message.toString());
                }
                message.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            arrived.complete("closed with %d %s".formatted(code, reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            arrived.complete(failure.toString());
        }
    }

    /**
     * A request that was sent.
     *
     * @param kind what it asked for
     * @param took the time until the whole response had arrived
     * @param status the HTTP status; 0 without a response
     * @param body the response, or why there is none
     */
    public record Timed(String kind, Duration took, int status, String body) {

        public boolean succeeded() {
            return status / 100 == 2;
        }

        @Override
        public String toString() {
            String start = body.length() > 200 ? body.substring(0, 200) : body;
            return "%s: %d after %d ms %s"
                    .formatted(kind, status, took.toMillis(), succeeded() ? "" : start);
        }
    }
}
