package dev.parley.turn.web.ws;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.testing.InProcess;
import dev.parley.testing.Logged;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.RawWebSocket;
import dev.parley.testing.SlowTurns;
import dev.parley.testing.SocketClient;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile handshakes, frames and clients: nobody takes more of a process than the bounds allow. */
@ParleyTest
@TestProfile(WebSocketBoundsTest.Bounded.class)
public class WebSocketBoundsTest {

    private static final int MAX_PER_ACCOUNT = 3;
    private static final int MAX_PER_ADDRESS = 8;
    private static final int MAX_REQUESTS = 40;
    private static final int MAX_MESSAGE_SIZE = 262_144;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Each test has an address of its own, because the sockets of a test close a little later. */
    private final String address = "X-Forwarded-For: 10.0.%d.%d".formatted(random(), random());

    // ---- Handshake ----

    /** A header that takes quadratic time takes thousands of times as long as another header. */
    @Test
    void readsHostileSubProtocolsAsFastAsAnyHeader() throws Exception {
        String hostile = "a" + " ".repeat(15_000) + "b,bearer.";
        long harmless = Long.MAX_VALUE;
        long attacked = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            harmless = Math.min(harmless, nanosOfRequests("X-Harmless: " + hostile));
            attacked = Math.min(attacked, nanosOfRequests("Sec-WebSocket-Protocol: " + hostile));
        }
        assertThat(attacked).isLessThan(20 * harmless);
    }

    private static long nanosOfRequests(String header) throws IOException {
        try (RawWebSocket socket = RawWebSocket.connect()) {
            long start = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                socket.request("/api/ws", header);
            }
            return System.nanoTime() - start;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Authorization: Bearer",
                "Authorization: Bearer .",
                "Authorization: Bearer ..",
                "Authorization: Bearer ...",
                "Authorization: Bearer ....",
                "Authorization: Bearer a.b.c",
                "Authorization: Bearer e30.e30.e30",
                "Authorization: Basic YTpi",
                "Sec-WebSocket-Protocol: parley, bearer.",
                "Sec-WebSocket-Protocol: parley, bearer....",
                "Sec-WebSocket-Protocol: parley, bearer.\u00e9\u0080",
                "Sec-WebSocket-Protocol: parley, bearer.a\tb",
                "Sec-WebSocket-Protocol: ,,bearer.a.b.c,,"
            })
    void refusesHandshakeWithoutValidTokenOnceAndWithoutLogging(String header) throws Exception {
        try (RawWebSocket socket = RawWebSocket.connect();
                Logged logged = Logged.everything()) {
            RawWebSocket.Response refused =
                    header.isEmpty() ? socket.handshake() : socket.handshake(header);

            assertThat(refused.status()).as(header).isEqualTo(401);
            assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
            assertThat(JSON.readTree(refused.body()).path("code").asText())
                    .isEqualTo("unauthenticated");
            // The next response on the connection is the response to the next request
            assertThat(socket.request("/api/nothing").status()).isEqualTo(404);
            assertThat(logged.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13|Upgrade:"
                        + " websocket",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13|Connection:"
                        + " upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Upgrade: websocket|Connection:"
                        + " upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 7|Upgrade:"
                        + " websocket|Connection: upgrade"
            })
    void refusesIncompleteHandshake(String headers) throws Exception {
        Person person = Person.registered();
        try (RawWebSocket socket = RawWebSocket.connect();
                Logged logged = Logged.everything()) {
            List<String> lines = new ArrayList<>(Arrays.asList(headers.split("\\|")));
            lines.add("Authorization: Bearer " + person.token());

            RawWebSocket.Response refused = socket.request("/api/ws", lines.toArray(String[]::new));

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.header("Sec-WebSocket-Version")).isEqualTo("13");
            assertThat(JSON.readTree(refused.body()).path("code").asText())
                    .isEqualTo("invalid_request");
            assertThat(logged.lines()).isEmpty();
        }
    }

    @Test
    void refusesHandshakeOfJdkClientWithoutValidToken() {
        CompletionException failure =
                assertThrows(
                        CompletionException.class, () -> jdkClient("abc", new Closed()).join());

        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(requireNonNull(refused.getResponse()).statusCode())
                                        .isEqualTo(401));
    }

    // ---- Counts ----

    @Test
    void closesWebSocketBeyondTheBoundOfItsAccount() throws Exception {
        Person person = Person.registered();
        Person other = Person.registered();
        try (RawWebSocket first = RawWebSocket.open(person, address);
                RawWebSocket second = RawWebSocket.open(person, address);
                RawWebSocket third = RawWebSocket.open(person, address)) {
            assertAnswers(first);
            assertAnswers(second);
            assertAnswers(third);
            try (RawWebSocket beyond = RawWebSocket.open(person, address);
                    RawWebSocket ofOther = RawWebSocket.open(other, address)) {
                assertThat(beyond.closeCode()).isEqualTo(1013);
                assertAnswers(ofOther);
            }
            assertAnswers(third);
        }
    }

    @Test
    void opensWebSocketAgainAfterAnotherOfTheAccountHasClosed() throws Exception {
        Person person = Person.registered();
        for (int i = 0; i < MAX_PER_ACCOUNT; i++) {
            RawWebSocket socket = RawWebSocket.open(person, address);
            assertAnswers(socket);
            // A client that goes away without a close frame
            socket.close();
        }
        Wait.until(() -> {
            try (RawWebSocket socket = RawWebSocket.open(person, address)) {
                socket.sendText("{}");
                return nextAnswer(socket).contains("invalid_request");
            } catch (IOException closed) {
                return false;
            }
        });
    }

    @Test
    void closesWebSocketBeyondTheBoundOfItsAddress() throws Exception {
        List<RawWebSocket> open = new ArrayList<>();
        try {
            for (int i = 0; i < MAX_PER_ADDRESS; i++) {
                RawWebSocket socket = RawWebSocket.open(Person.registered(), address);
                open.add(socket);
                assertAnswers(socket);
            }
            Person person = Person.registered();
            try (RawWebSocket beyond = RawWebSocket.open(person, address);
                    RawWebSocket elsewhere =
                            RawWebSocket.open(person, "X-Forwarded-For: 192.0.2.1")) {
                assertThat(beyond.closeCode()).isEqualTo(1013);
                assertAnswers(elsewhere);
            }
        } finally {
            for (RawWebSocket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void consumesRateLimitForEachHandshake() throws Exception {
        Person person = Person.registered();
        for (int i = 0; i < MAX_REQUESTS; i++) {
            RawWebSocket.open(person, address).close();
        }
        try (RawWebSocket beyond = RawWebSocket.connect()) {
            RawWebSocket.Response refused =
                    beyond.handshake("Authorization: Bearer " + person.token());

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isNotNull();
            assertThat(JSON.readTree(refused.body()).path("code").asText())
                    .isEqualTo("rate_limited");
        }
    }

    // ---- Accounts that end ----

    @Test
    void closesListeningWebSocketsOnceTokensOfAccountHaveEnded() {
        Person person = Person.registered();
        Person other = Person.registered();
        try (SocketClient first = SocketClient.open(person);
                SocketClient second = SocketClient.open(person);
                SocketClient ofOther = SocketClient.open(other)) {
            Postgres.database().endTokensOf(person);

            Wait.until(() -> first.isClosed() && second.isClosed());
            assertThat(first.closedWith()).isEqualTo(1008);
            assertThat(second.closedWith()).isEqualTo(1008);
            assertThat(ofOther.isClosed()).isFalse();
        }
    }

    @Test
    void closesListeningWebSocketOnceItsAccountIsErased() {
        Person person = Person.registered();
        try (SocketClient socket = SocketClient.open(person)) {
            assertThat(person.deletes("/api/me").status()).isEqualTo(204);

            Wait.until(socket::isClosed);
            assertThat(socket.closedWith()).isEqualTo(1008);
        }
    }

    // ---- Sizes ----

    @Test
    void acceptsLongMessageInOneFrame() throws Exception {
        String text = "字".repeat(22_000);
        try (RawWebSocket socket = RawWebSocket.open(Person.registered(), address)) {
            socket.sendText(
                    "{\"type\":\"chat\",\"message\":\"%s\",\"agent_type\":\"no such agent\"}"
                            .formatted(text));

            assertThat(nextAnswer(socket)).contains("invalid_request");
        }
    }

    @Test
    void acceptsLongMessageOfJdkClient() throws Exception {
        Closed answers = new Closed();
        WebSocket socket = jdkClient(Person.registered().token(), answers).join();

        socket.sendText(
                        "{\"type\":\"chat\",\"message\":\"%s\",\"agent_type\":\"no such agent\"}"
                                .formatted("字".repeat(22_000)),
                        true)
                .join();

        assertThat(answers.text.get(30, TimeUnit.SECONDS)).contains("invalid_request");
        socket.abort();
    }

    @Test
    void closesWebSocketWhoseMessageIsTooLarge() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(Person.registered(), address);
                Logged logged = Logged.everything()) {
            socket.send(RawWebSocket.TEXT, new byte[MAX_MESSAGE_SIZE + 1]);

            assertThat(socket.closeCode()).isEqualTo(1009);
            assertThat(logged.lines()).isEmpty();
        }
    }

    @Test
    void closesWebSocketThatAnnouncesEndlessFrame() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(Person.registered(), address);
                Logged logged = Logged.everything()) {
            socket.announceFrame(RawWebSocket.TEXT, true, Long.MAX_VALUE);

            assertThat(socket.closeCode()).isEqualTo(1009);
            assertThat(logged.lines()).isEmpty();
        }
    }

    @Test
    void closesWebSocketWhoseFragmentedMessageIsTooLarge() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(Person.registered(), address);
                Logged logged = Logged.everything()) {
            socket.sendFrame(RawWebSocket.TEXT, false, new byte[60_000]);
            for (int i = 0; i < 5; i++) {
                socket.sendFrame(RawWebSocket.CONTINUATION, false, new byte[60_000]);
            }

            assertThat(socket.closeCode()).isEqualTo(1009);
            assertThat(logged.lines()).isEmpty();
        }
    }

    @Test
    void closesWebSocketOfJdkClientWhoseMessageIsTooLarge() throws Exception {
        Closed answers = new Closed();
        WebSocket socket = jdkClient(Person.registered().token(), answers).join();

        var _ = socket.sendText("x".repeat(MAX_MESSAGE_SIZE + 1), true);

        assertThat(answers.code.get(30, TimeUnit.SECONDS)).isEqualTo(1009);
    }

    @Test
    void closesWebSocketThatSendsBinaryMessage() throws Exception {
        try (RawWebSocket socket = RawWebSocket.open(Person.registered(), address)) {
            socket.send(RawWebSocket.BINARY, new byte[] {1, 2, 3});

            assertThat(socket.closeCode()).isEqualTo(1003);
        }
    }

    /** The database is slow to open the first turn; the following messages wait. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void closesWebSocketWhoseMessagesWaitWithTooManyBytes() throws Exception {
        InProcess.required();
        String large = "{\"type\":\"" + "x".repeat(200_000) + "\"}";
        try (RawWebSocket socket = RawWebSocket.open(Person.registered(), address);
                SlowTurns slow = SlowTurns.toOpen()) {
            socket.sendText("{\"type\":\"chat\",\"message\":\"b\",\"agent_type\":\"echo\"}");
            slow.atWork();
            for (int waiting = 1; waiting <= 3; waiting++) {
                socket.sendText(large);
            }

            assertThat(socket.closeCode()).isEqualTo(1008);
        }
    }

    private static void assertAnswers(RawWebSocket socket) throws IOException {
        socket.sendText("{}");
        assertThat(nextAnswer(socket)).contains("invalid_request");
    }

    private static String nextAnswer(RawWebSocket socket) throws IOException {
        String answer = socket.nextText();
        while (answer.contains("notifications.unread")) {
            answer = socket.nextText();
        }
        return answer;
    }

    private static CompletableFuture<WebSocket> jdkClient(
            String token, WebSocket.Listener answers) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(
                        URI.create("ws://localhost:%d/api/ws".formatted(RestAssured.port)),
                        answers);
    }

    private static int random() {
        return UUID.randomUUID().hashCode() & 0xFF;
    }

    /** The first problem, and the code of the close frame. */
    private static final class Closed implements WebSocket.Listener {

        private final CompletableFuture<String> text = new CompletableFuture<>();
        private final CompletableFuture<Integer> code = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            if (data.toString().contains("problem")) {
                text.complete(data.toString());
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int statusCode, String reason) {
            code.complete(statusCode);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            code.completeExceptionally(failure);
        }
    }

    /** Bounds that a test reaches, and a proxy that names the address of a client. */
    public static final class Bounded implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.websocket.max-per-account", Integer.toString(MAX_PER_ACCOUNT),
                    "parley.websocket.max-per-address", Integer.toString(MAX_PER_ADDRESS),
                    "parley.http.trusted-proxies", "127.0.0.0/8,::1",
                    "parley.ratelimit.enabled", "true",
                    "parley.ratelimit.requests.limit", "1",
                    "parley.ratelimit.requests.window", "1H",
                    "parley.ratelimit.requests.burst", Integer.toString(MAX_REQUESTS),
                    "parley.ratelimit.registrations.limit", "10000",
                    "parley.ratelimit.registrations.burst", "10000");
        }
    }
}
