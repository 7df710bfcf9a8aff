package dev.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Abusers;
import dev.parley.testing.ModelStub;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ProbePoller;
import dev.parley.testing.RawHttp;
import dev.parley.testing.ShippedParley;
import dev.parley.testing.Wait;
import dev.parley.testing.WellBehavedClient;
import dev.parley.testing.WellBehavedClient.Timed;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Nobody can stop Parley from outside, and nobody can take another's share (G9). Each test abuses
 * the packaged application while a well-behaved client goes on: each of that client's requests must
 * succeed within a second, or within ten times the slowest request before all abuse. The probes
 * stay up.
 *
 * <p>The abusers come from 127.0.0.1, and each well-behaved client from an address of its own.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Isolated("It measures how fast others are served")
class AbuseIT {

    private static final Duration ABUSE = Duration.ofSeconds(4);
    private static final Duration ALWAYS_FAST_ENOUGH = Duration.ofSeconds(1);
    private static final int TIMES_SLOWER = 10;
    private static final int ROUNDS_UNMEASURED = 2;
    private static final int ROUNDS_MEASURED = 3;

    private static final String WEB_SOCKET =
            """
            GET /api/ws HTTP/1.1
            Host: localhost
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            """;

    private static final String EVENT_STREAM = "Accept: text/event-stream\n";

    private static final ModelStub MODEL = new ModelStub();
    private static final AbuseTable TABLE = new AbuseTable();

    @TempDir private static Path folder;

    private static OwnPostgres postgres;
    private static ShippedParley shipped;
    private static ParleyProcess parley;
    private static Duration limit;
    private static int addresses;

    @BeforeAll
    static void start() throws Exception {
        postgres = new OwnPostgres(folder.resolve("data"));
        shipped = new ShippedParley();
        parley = shipped.start(postgres, MODEL.environment());
        try (WellBehavedClient client = newClient()) {
            client.rounds(ROUNDS_UNMEASURED);
            List<Timed> alone = client.rounds(ROUNDS_MEASURED);
            assertThat(alone).allMatch(Timed::succeeded);
            TABLE.add("(none)", alone, 0);
            Duration slower = slowest(alone).took().multipliedBy(TIMES_SLOWER);
            limit = slower.compareTo(ALWAYS_FAST_ENOUGH) > 0 ? slower : ALWAYS_FAST_ENOUGH;
        }
    }

    @AfterAll
    static void stop() throws IOException {
        try (OwnPostgres _ = postgres;
                ParleyProcess _ = parley) {
            TABLE.write(Path.of("target/abuse.tsv"));
            MODEL.stop();
        }
    }

    @Test
    void servesOthersWhileHeadersAreHostile() throws Exception {
        List<String> requests =
                List.of(
                        WEB_SOCKET
                                + "Sec-WebSocket-Protocol: parley"
                                + " ".repeat(15_000)
                                + "x\n\n",
                        WEB_SOCKET + "Authorization: Bearer ...\n\n",
                        get("/api/tasks", bearer("....")),
                        get("/api/tasks", bearer(".".repeat(8_000))),
                        get("/api/tasks", "X-Request-Id: " + "a-".repeat(7_000) + "\n"),
                        get("/api/tasks", "Accept: " + "a/b;q=0.1,".repeat(1_500) + "\n"),
                        get("/api/tasks", "Accept-Language: " + "a-b;q=0.1,".repeat(1_500) + "\n"),
                        get("/api/tasks", "X-Forwarded-For: " + "1.1.1.1, ".repeat(1_600) + "\n"));

        survives(
                "hostile headers",
                abusers ->
                        abusers.start(
                                16,
                                Duration.ofMillis(40),
                                (number, time) -> abusers.request(pick(requests, number + time))));
    }

    @Test
    void servesOthersWhileBodiesDrip() throws Exception {
        String start =
                """
                POST /api/auth/login HTTP/1.1
                Host: localhost
                Content-Type: application/json
                """;
        List<String> lengths =
                List.of("Content-Length: 16000\n\n", "Transfer-Encoding: chunked\n\n3e80\n");

        survives(
                "drip bodies",
                abusers ->
                        abusers.start(
                                2_400,
                                Duration.ZERO,
                                (number, time) -> {
                                    RawHttp connection = abusers.connect();
                                    connection.send(
                                            start + pick(lengths, number) + "x".repeat(15_000));
                                    while (true) {
                                        Thread.sleep(500);
                                        connection.send(" ");
                                    }
                                }));
    }

    @Test
    void servesOthersWhileConnectionsAreIdle() throws Exception {
        List<String> beginnings = List.of("", "GET /api/tasks HTTP/1.1\nHost: l");

        survives(
                "idle connections",
                abusers ->
                        abusers.start(
                                2_400,
                                Duration.ofSeconds(1),
                                (number, time) ->
                                        abusers.connect()
                                                .send(pick(beginnings, number))
                                                .skipAll()));
    }

    @Test
    void servesOthersWhileLogInsFlood() throws Exception {
        survives(
                "log-in flood",
                abusers ->
                        abusers.start(
                                200,
                                Duration.ofMillis(300),
                                (number, time) ->
                                        abusers.request(
                                                post(
                                                        "/api/auth/login",
                                                        "",
                                                        "{\"username\":\"%s\",\"password\":\"wrong horse\"}"
                                                                .formatted(UUID.randomUUID())))));
    }

    @Test
    void servesOthersWhileAccountHoardsWebSockets() throws Exception {
        String token = newToken();
        String turn =
                parley.post(
                                "/api/chat",
                                token,
                                "{\"message\":\"%s\"}".formatted("hello ".repeat(3_000)))
                        .text("turn_id");
        String handshake = WEB_SOCKET + bearer(token) + "\n";
        String follow =
                frame(
                        "{\"type\":\"follow\",\"ref\":\"a\",\"turn_id\":\"%s\",\"after\":0}"
                                .formatted(turn));

        survives(
                "socket hoarding",
                abusers ->
                        abusers.start(
                                16,
                                Duration.ofMillis(50),
                                (number, time) -> {
                                    RawHttp socket = abusers.connectWithSmallBuffer();
                                    if (socket.isAnswered(handshake)) {
                                        socket.send(follow.repeat(20));
                                    }
                                }));
    }

    @Test
    void servesOthersWhileStreamsAreNotRead() throws Exception {
        List<String> tokens = newTokens(5);
        String turn = "{\"message\":\"count to 100000 every 5\",\"on_disconnect\":\"cancel\"}";

        survives(
                "streams that are not read",
                abusers ->
                        abusers.start(
                                125,
                                ABUSE,
                                (number, time) ->
                                        abusers.connectWithSmallBuffer()
                                                .send(
                                                        post(
                                                                "/api/chat",
                                                                bearer(pick(tokens, number))
                                                                        + EVENT_STREAM,
                                                                turn))));
        isIdleAgain();
    }

    @Test
    void servesOthersWhileExportsAreNotRead() throws Exception {
        List<String> tokens = newTokens(5);
        tokens.forEach(token -> addMessages(token, 1_000, "repeat(md5(n::text) || ' ', 400)"));

        survives(
                "exports that are not read",
                abusers ->
                        abusers.start(
                                20,
                                Duration.ofSeconds(1),
                                (number, time) ->
                                        abusers.connectWithSmallBuffer()
                                                .send(
                                                        get(
                                                                "/api/me/export",
                                                                bearer(pick(tokens, number))))));
    }

    @Test
    void servesOthersWhileTextsAreHostile() throws Exception {
        List<String> tokens = newTokens(4);
        List<String> texts =
                List.of(
                        "add " + "x due ".repeat(5_000),
                        "please, ".repeat(4_000),
                        "delete " + "the task ".repeat(3_000),
                        "!".repeat(30_000) + "a",
                        "remind me to " + " ".repeat(30_000) + "x",
                        "show " + "1. x \\u2014 ".repeat(2_500),
                        "rename task to to ".repeat(1_500),
                        "\\u0301".repeat(20_000),
                        "my x is my x is ".repeat(1_500),
                        "set the priority of " + "priority ".repeat(3_000) + "to");

        survives(
                "hostile text",
                abusers ->
                        abusers.start(
                                16,
                                Duration.ofMillis(100),
                                (number, time) ->
                                        abusers.request(
                                                pick(
                                                        requestsWith(
                                                                pick(texts, number + time),
                                                                pick(tokens, number)),
                                                        time))));
    }

    /** A request for each place where a text meets a regular expression. */
    private static List<String> requestsWith(String text, String token) {
        String query =
                text.substring(0, Math.min(text.length(), 3_000)).replaceAll("[^a-z0-9.,!]", "%20");
        return List.of(
                get("/api/messages?q=%22" + query + "%22", bearer(token)),
                get("/api/me", bearer(token) + "Idempotency-Key: " + query + "\n"),
                post("/api/tasks", bearer(token), "{\"title\":\"%s\"}".formatted(text)),
                post(
                        "/api/chat",
                        bearer(token),
                        "{\"agent_type\":\"offline\",\"message\":\"%s\"}".formatted(text)));
    }

    @Test
    void servesOthersWhileModelSendsEndlessCharacters() throws Exception {
        List<String> tokens = newTokens(5);
        String turn =
                "{\"message\":\"%s\",\"on_disconnect\":\"cancel\"}"
                        .formatted(ModelStub.ENDLESS_CHARACTERS);

        survives(
                "endless fast deltas",
                abusers ->
                        abusers.start(
                                120,
                                Duration.ofSeconds(1),
                                (number, time) ->
                                        abusers.connect()
                                                .send(
                                                        post(
                                                                "/api/chat",
                                                                bearer(pick(tokens, number))
                                                                        + EVENT_STREAM,
                                                                turn))
                                                .skipAll()));
        isIdleAgain();
    }

    @Test
    void servesOthersWhileAccountReadsHeavily() throws Exception {
        String token = newToken();
        addMessages(token, 30_000, "repeat('common word ' || n || ' ', 40)");
        String search =
                get("/api/messages?q=%22word%20common%22%20%22common%20word%22", bearer(token));

        survives(
                "600 heavy reads",
                abusers -> abusers.start(600, ABUSE, (number, time) -> abusers.request(search)));
    }

    /** Looks at the well-behaved client and the probes while the abuse goes on. */
    private static void survives(String abuse, Abuses abuses) throws Exception {
        try (WellBehavedClient client = newClient();
                ProbePoller probes =
                        new ProbePoller(
                                parley, shipped.livenessTimeout(), shipped.readinessTimeout());
                Abusers abusers = new Abusers(parley.port())) {
            abuses.begin(abusers);
            List<Timed> beside = client.goOnFor(ABUSE);

            TABLE.add(abuse, beside, abusers.attempts());
            assertThat(beside)
                    .as("the well-behaved client, within %d ms", limit.toMillis())
                    .allMatch(
                            request -> request.succeeded() && request.took().compareTo(limit) <= 0);
            assertThat(probes.failures()).isEmpty();
        }
    }

    private static Timed slowest(List<Timed> requests) {
        return requests.stream().max(Comparator.comparing(Timed::took)).orElseThrow();
    }

    /** The turns of the abusers must not disturb the next test. */
    private static void isIdleAgain() {
        Wait.until(() -> parley.metric("parley_turns_in_flight") == 0);
    }

    private static WellBehavedClient newClient() throws InterruptedException {
        addresses++;
        return WellBehavedClient.registered(parley, InetAddress.ofLiteral("127.0.1." + addresses));
    }

    private static String newToken() throws InterruptedException {
        try (WellBehavedClient client = newClient()) {
            return client.token();
        }
    }

    private static List<String> newTokens(int count) throws InterruptedException {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tokens.add(newToken());
        }
        return tokens;
    }

    /** Adds a conversation with this many messages of the account. */
    private static void addMessages(String token, int count, String content) {
        UUID user = UUID.fromString(parley.get("/api/auth/me", token).text("id"));
        postgres.database()
                .changeInBulk(
                        """
                        with conversation as (
                            insert into conversations (id, user_id, title, agent_type, created_at, updated_at)
                            values (gen_random_uuid(), ?, 'c', 'assistant', now(), now()) returning id),
                        turn as (
                            select gen_random_uuid() as id, gen_random_uuid() as reply, n from generate_series(1, ? / 2) n),
                        turned as (
                            insert into turns (id, user_id, conversation_id, agent_type, status, started_at, ended_at, reply_id, version)
                            select turn.id, ?, conversation.id, 'assistant', 'succeeded', now(), now(), reply, n from turn, conversation)
                        insert into messages (id, user_id, conversation_id, turn_id, position, role, content, created_at)
                        select case role when 'user' then gen_random_uuid() else reply end, ?, conversation.id, turn.id,
                            2 * n - case role when 'user' then 1 else 0 end, role, %s, now()
                        from turn cross join conversation cross join (values ('user'), ('assistant')) as roles (role)
                        """
                                .formatted(content),
                        user,
                        count,
                        user,
                        user);
    }

    private static String pick(List<String> list, int index) {
        return list.get(index % list.size());
    }

    /** A request without a body; the headers end in a line break, if there are any. */
    private static String get(String path, String headers) {
        return "GET %s HTTP/1.1\nHost: localhost\n%s\n".formatted(path, headers);
    }

    private static String post(String path, String headers, String body) {
        return "POST %s HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: %d\n%s\n%s"
                .formatted(path, body.length(), headers, body);
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token + "\n";
    }

    /** A text frame of a WebSocket with 256 characters; a mask of zeros leaves them as they are. */
    private static String frame(String message) {
        return "\u0081\u00fe\u0001\0\0\0\0\0" + "%-256s".formatted(message);
    }

    @FunctionalInterface
    private interface Abuses {

        void begin(Abusers abusers);
    }
}
