package dev.parley.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API over HTTP/2, with the JDK's client as it comes and with curl. */
@ParleyTest
public class Http2Test {

    /** A client of its own for each test, whose first request asks for the upgrade. */
    private final HttpClient jdk = HttpClient.newHttpClient();

    private Person person;

    @BeforeEach
    void register() {
        person = Person.registered();
    }

    @Test
    void requestsWithAndWithoutBody() throws Exception {
        HttpResponse<String> created =
                send("/api/tasks", request -> request.POST(body("{\"title\":\"call mom\"}")));
        HttpResponse<String> listed = send("/api/tasks", HttpRequest.Builder::GET);

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(listed.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(listed.body()).contains("call mom");
    }

    @Test
    void bodyWithoutLength() throws Exception {
        byte[] json = "{\"title\":\"unknown length\"}".getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> created =
                send(
                        "/api/tasks",
                        request ->
                                request.POST(
                                        HttpRequest.BodyPublishers.ofInputStream(
                                                () -> new java.io.ByteArrayInputStream(json))));

        assertThat(created.statusCode()).isEqualTo(201);
    }

    @Test
    void emptyBodyWithoutLengthGetsProblem() throws Exception {
        HttpResponse<String> refused =
                send(
                        "/api/tasks",
                        request ->
                                request.POST(
                                        HttpRequest.BodyPublishers.ofInputStream(
                                                java.io.InputStream::nullInputStream)));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("invalid_request");
    }

    @Test
    void upload() throws Exception {
        String message = "a".repeat(30_000);
        HttpResponse<String> turn =
                send(
                        "/api/chat",
                        request ->
                                request.POST(
                                        body(
                                                "{\"agent_type\":\"echo\",\"message\":\"%s\"}"
                                                        .formatted(message))));

        assertThat(turn.statusCode()).isEqualTo(200);
        assertThat(turn.body()).contains(message);
    }

    @Test
    void uploadThatIsTooLarge() throws Exception {
        byte[] large =
                ("{\"title\":\"" + "a".repeat(400_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> refused =
                send(
                        "/api/tasks",
                        request ->
                                request.POST(
                                        HttpRequest.BodyPublishers.ofInputStream(
                                                () -> new java.io.ByteArrayInputStream(large))));

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("too_large");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void uploadWhoseLengthIsTooLarge(boolean isUpgraded) throws Exception {
        if (isUpgraded) {
            send("/api/tasks", HttpRequest.Builder::GET);
        }
        String large = "{\"title\":\"" + "a".repeat(400_000) + "\"}";
        HttpResponse<String> refused = send("/api/tasks", request -> request.POST(body(large)));

        assertThat(refused.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("too_large");
        assertThat(send("/api/tasks", HttpRequest.Builder::GET).statusCode()).isEqualTo(200);
    }

    /** A token of an issuer may be as large as over HTTP/1.1. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void headersOfTwelveThousandCharacters(boolean isUpgraded) throws Exception {
        if (isUpgraded) {
            send("/api/tasks", HttpRequest.Builder::GET);
        }
        HttpResponse<String> response =
                send("/api/tasks", request -> request.GET().header("X-Large", "a".repeat(12_000)));

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void stream() throws Exception {
        HttpResponse<Stream<String>> events =
                jdk.send(
                        request("/api/chat")
                                .header("Accept", "text/event-stream")
                                .POST(body("{\"agent_type\":\"echo\",\"message\":\"hello\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofLines());

        assertThat(events.statusCode()).isEqualTo(200);
        assertThat(events.body()).anyMatch(line -> line.startsWith("event:turn.succeeded"));
    }

    @Test
    void manyStreamsOfOneConnection() {
        List<CompletableFuture<HttpResponse<String>>> turns =
                IntStream.range(0, 50)
                        .mapToObj(any ->
                                jdk.sendAsync(
                                        request("/api/tasks").build(),
                                        HttpResponse.BodyHandlers.ofString()))
                        .toList();

        assertThat(turns).allSatisfy(turn -> assertThat(turn.join().statusCode()).isEqualTo(200));
    }

    @Test
    void webSocketOfClientThatPrefersHttp2() {
        CompletableFuture<String> greeting = new CompletableFuture<>();
        WebSocket socket =
                jdk.newWebSocketBuilder()
                        .subprotocols("parley")
                        .header("Authorization", "Bearer " + person.token())
                        .buildAsync(
                                URI.create("ws://localhost:" + RestAssured.port + "/api/ws"),
                                new WebSocket.Listener() {
                                    @Override
                                    public CompletionStage<?> onText(
                                            WebSocket from, CharSequence text, boolean last) {
                                        greeting.complete(text.toString());
                                        return CompletableFuture.completedStage(text);
                                    }
                                })
                        .join();
        socket.sendText("{\"type\":\"what\"}", true).join();

        assertThat(greeting.join()).contains("\"type\"");
        socket.abort();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http2", "--http2-prior-knowledge"})
    void curl(String how) throws Exception {
        String address = "http://localhost:" + RestAssured.port + "/api/tasks";
        String token = "Authorization: Bearer " + person.token();

        assertThat(run("curl", "-s", how, "-H", token, address)).contains("\"data\"");
        assertThat(
                        run(
                                "curl",
                                "-s",
                                how,
                                "-H",
                                token,
                                "-H",
                                "Content-Type: application/json",
                                "-d",
                                "{\"title\":\"from curl\"}",
                                address))
                .contains("from curl");
        assertThat(run("curl", "-s", "-o", "/dev/null", "-w", "%{http_version}", how, address))
                .isEqualTo("2");
    }

    private interface Method {
        HttpRequest.Builder of(HttpRequest.Builder request);
    }

    private HttpResponse<String> send(String path, Method method)
            throws IOException, InterruptedException {
        return jdk.send(method.of(request(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                .header("Authorization", "Bearer " + person.token())
                .header("Content-Type", "application/json");
    }

    private static HttpRequest.BodyPublisher body(String json) {
        return HttpRequest.BodyPublishers.ofString(json);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
