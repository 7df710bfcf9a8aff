package dev.parley.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.cli.terminal.JsonOutput;
import dev.parley.cli.terminal.TerminalInput;
import dev.parley.testing.Wait;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person types while an agent works; the server is a stub whose turns the test tells. */
class ChatSessionTest {

    private final List<JsonNode> sent = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final List<String> followed = new CopyOnWriteArrayList<>();
    private final List<String> changes = new CopyOnWriteArrayList<>();
    private final Map<String, BlockingQueue<String>> events = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final Keyboard keyboard = new Keyboard();
    private HttpServer server;
    private ChatSession session;
    private Thread talk = new Thread(() -> {});
    private volatile String queue = "[]";
    private volatile boolean losesNextResponse;
    private volatile boolean refuses;

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/chat", this::chat);
        server.createContext(
                "/api/turns/",
                exchange -> tell(exchange, exchange.getRequestURI().getPath().split("/", -1)[3]));
        server.createContext("/api/conversations/c/queue", this::queue);
        server.createContext(
                "/api/me/quota",
                exchange -> respond(exchange, 200, "{\"plan\":\"free\",\"used\":9,\"limit\":10}"));
        server.start();
        session =
                new ChatSession(
                        new ParleyClient(
                                URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                        new ChatScreen(
                                new PrintStream(shown, true, StandardCharsets.UTF_8),
                                ChatScreen.Kind.PERSON),
                        new TerminalInput(keyboard),
                        null,
                        "assistant");
        talk =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                session.converse();
                            } catch (IOException | InterruptedException failure) {
                                throw new IllegalStateException(failure);
                            }
                        });
    }

    @AfterEach
    void stop() throws InterruptedException {
        talk.interrupt();
        server.stop(0);
    }

    @Test
    void lineThatIsTypedWhileTheAgentWorksJoinsItsTurn() throws Exception {
        begun("add milk");

        type("and tea");
        sentAre(2);
        event("t1", "message.joined", "\"joined_turn_id\":\"t2\"");
        reply("t1", "milk and tea");

        assertThat(sent.getLast().path("when_busy").asText()).isEqualTo("steer");
        assertThat(sent.getLast().path("conversation_id").asText()).isEqualTo("c");
        assertThat(sent.getLast().path("agent_type").asText()).isEqualTo("assistant");
        quit();
        assertThat(screen()).contains("Joined the turn: and tea").containsOnlyOnce("milk and tea");
        assertThat(followed).containsExactly("t1");
    }

    @Test
    void replyToMessageThatCameTooLateIsShownAfterTheTurn() throws Exception {
        begun("add milk");
        type("and tea");
        sentAre(2);
        event("t2", "turn.opened", "\"status\":\"queued\"");

        reply("t1", "only milk");
        reply("t2", "now tea");

        quit();
        assertThat(screen()).containsSubsequence("only milk", "› and tea", "now tea");
        assertThat(screen()).containsOnlyOnce("only milk").containsOnlyOnce("now tea");
    }

    /** The event is lost if the stream breaks and the server's replay does not have it. */
    @Test
    void replyIsShownOnceWhereNobodyToldThatTheMessageJoined() throws Exception {
        begun("add milk");
        type("and tea");
        sentAre(2);
        event("t2", "turn.steered", "\"answered_by\":\"t1\"");

        reply("t1", "milk and tea");

        quit();
        assertThat(followed).containsExactly("t1", "t2");
        assertThat(screen()).containsOnlyOnce("milk and tea");
    }

    /** Another device has queued a turn, which the message joins. */
    @Test
    void turnOfSomebodyElseThatAnswersTheMessageIsShown() throws Exception {
        begun("add milk");
        type("and tea");
        sentAre(2);
        event("t2", "turn.steered", "\"answered_by\":\"t9\"");
        reply("t9", "tea for you");

        reply("t1", "only milk");

        quit();
        assertThat(followed).containsExactly("t1", "t2", "t9");
        assertThat(screen()).containsOnlyOnce("tea for you");
    }

    @Test
    void queuedMessageIsAnsweredInItsOwnTurn() throws Exception {
        begun("add milk");

        type("/queue call mum");
        sentAre(2);
        reply("t1", "milk");
        reply("t2", "mum called");

        assertThat(sent.getLast().path("when_busy").asText()).isEqualTo("enqueue");
        assertThat(sent.getLast().path("message").asText()).isEqualTo("call mum");
        quit();
        assertThat(screen()).containsSubsequence("milk", "› call mum", "mum called");
    }

    /** The queue has moved on since the list was shown. */
    @Test
    void removedTurnIsTheOneThatTheListShowed() throws Exception {
        begun("add milk");
        type("/queue call mum", "/queue call dad");
        sentAre(3);
        queue = "[" + queued("t2", "call mum") + "," + queued("t3", "call dad") + "]";
        type("/queue");
        shows("2. call dad");
        queue = "[" + queued("t3", "call dad") + "," + queued("t4", "call off") + "]";

        type("/queue remove 2");
        shows("Removed \"call dad\"; its query is given back.");

        assertThat(changes).containsExactly("DELETE t3 ");
        reply("t1", "milk");
        reply("t2", "mum called");
        quit();
        assertThat(followed).containsExactly("t1", "t2");
    }

    @Test
    void queuedMessageIsEdited() throws Exception {
        begun("add milk");
        type("/queue call mum");
        sentAre(2);
        queue = "[" + queued("t2", "call mum") + "]";

        type("/queue edit 1 call dad");
        shows("it is queued as \"call dad\"");

        assertThat(changes).containsExactly("PATCH t2 {\"message\":\"call dad\"}");
        reply("t1", "milk");
        shows("› call dad");
        reply("t2", "dad called");
        quit();
    }

    @Test
    void mistypedCommandIsNotSent() throws Exception {
        type("/hlep", "/queue remove milk", "/new york", "/etc/hosts", "//etc/hosts");
        sentAre(1);

        assertThat(sent.getFirst().path("message").asText()).isEqualTo("/etc/hosts");
        event("t1", "turn.opened", "\"status\":\"running\"");
        type("/sned", " /etc");
        sentAre(2);
        assertThat(sent.getLast().path("message").asText()).isEqualTo("/etc");
        reply("t1", "found");
        reply("t2", "found too");
        quit();
    }

    @Test
    void usageAndHelpAreShownWhileTheAgentWorks() throws Exception {
        begun("add milk");

        type("/usage");
        shows("Queries: 9 used of 10");
        type("/help");
        shows("/queue remove N");

        reply("t1", "milk");
        quit();
        assertThat(sent).hasSize(1);
    }

    @Test
    void endOfInputWaitsForWhatWasSent() throws Exception {
        begun("add milk");
        type("and tea");
        sentAre(2);

        keyboard.pressCtrlD();
        reply("t1", "only milk");
        reply("t2", "now tea");

        Wait.until(() -> !talk.isAlive());
        assertThat(screen()).contains("only milk", "now tea");
    }

    @Test
    void messageIsSentAgainUnderTheSameKey() throws Exception {
        begun("add milk");
        losesNextResponse = true;

        type("and tea");
        sentAre(3);

        assertThat(keys.get(1)).isEqualTo(keys.get(2)).isNotEqualTo(keys.get(0));
        reply("t1", "only milk");
        reply("t3", "now tea");
        quit();
    }

    /** The turn that was to be steered does not exist. */
    @Test
    void lineBehindRefusedMessageBeginsTurn() throws Exception {
        refuses = true;
        type("add milk", "and tea");
        sentAre(2);

        assertThat(sent.getLast().has("when_busy")).isFalse();
        reply("t2", "tea");
        quit();
        assertThat(screen()).contains("tea");
    }

    @Test
    void newConversationBeginsOnceTheTurnsHaveEnded() throws Exception {
        begun("add milk");

        type("/new", "hello");
        reply("t1", "milk");
        sentAre(2);

        assertThat(sent.getLast().has("conversation_id")).isFalse();
        reply("t2", "hello back");
        quit();
    }

    private void chat(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String turn;
        synchronized (sent) {
            sent.add(JsonOutput.read(body));
            keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            turn = "t" + sent.size();
        }
        if (losesNextResponse) {
            losesNextResponse = false;
            exchange.close();
        } else if (refuses) {
            refuses = false;
            respond(exchange, 409, "{\"detail\":\"Another turn is running.\"}");
        } else if (exchange.getRequestHeaders().containsKey("Prefer")) {
            respond(exchange, 202, "{\"turn_id\":\"%s\",\"status\":\"queued\"}".formatted(turn));
        } else {
            tell(exchange, turn);
        }
    }

    /** Writes the events of a turn until it ends. */
    private void tell(HttpExchange exchange, String turn) throws IOException {
        followed.add(turn);
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (int number = 1; ; number++) {
                String event = events(turn).poll(30, TimeUnit.SECONDS);
                if (event == null) {
                    return;
                }
                out.write(
                        "id: %d\ndata: %s\n\n"
                                .formatted(number, event)
                                .getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private void queue(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("GET")) {
            respond(exchange, 200, "{\"data\":" + queue + "}");
            return;
        }
        changes.add(
                "%s %s %s"
                        .formatted(
                                exchange.getRequestMethod(),
                                exchange.getRequestURI().getPath().split("/", -1)[5],
                                new String(
                                        exchange.getRequestBody().readAllBytes(),
                                        StandardCharsets.UTF_8)));
        if (exchange.getRequestMethod().equals("DELETE")) {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        } else {
            respond(exchange, 200, "{}");
        }
    }

    private static void respond(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String queued(String turn, String message) {
        return "{\"turn_id\":\"%s\",\"message\":\"%s\"}".formatted(turn, message);
    }

    /** The first turn runs. */
    private void begun(String message) {
        type(message);
        sentAre(1);
        event("t1", "turn.opened", "\"status\":\"running\"");
    }

    private void reply(String turn, String text) {
        event(turn, "reply.delta", "\"delta\":\"%s\"".formatted(text));
        event(turn, "turn.succeeded", "\"status\":\"succeeded\"");
    }

    private void event(String turn, String type, String fields) {
        events(turn)
                .add(
                        "{\"type\":\"%s\",\"turn_id\":\"%s\",\"conversation_id\":\"c\",%s}"
                                .formatted(type, turn, fields));
    }

    private BlockingQueue<String> events(String turn) {
        return events.computeIfAbsent(turn, id -> new LinkedBlockingQueue<>());
    }

    private void type(String... lines) {
        for (String line : lines) {
            keyboard.type(line + "\n");
        }
    }

    private void quit() {
        type("/quit");
        Wait.until(() -> !talk.isAlive());
    }

    private void sentAre(int count) {
        Wait.until(() -> sent.size() == count);
    }

    private void shows(String text) {
        Wait.until(() -> screen().contains(text));
    }

    /** The screen without the spinner and without control sequences. */
    private String screen() {
        return shown.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line ->
                        line.replaceAll("\\e7.*?\\e8", "").replaceAll("\\e\\[[0-9]*[A-Za-z]", ""))
                .filter(line -> !line.contains("thinking"))
                .collect(Collectors.joining("\n"));
    }
}
