package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.testing.CliRun;
import dev.parley.testing.TerminalSession;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Approvals at the terminal and from scripts; the server is a stub. */
class ApprovalsIT {

    private static final String TURN = "01980f3e-0000-7000-8000-000000000001";
    private static final String IDS =
            "\"turn_id\":\"%s\",\"conversation_id\":\"c\"".formatted(TURN);
    private static final String OPEN =
            "{\"turn_id\":\"%s\",\"step\":\"%s\",\"tool\":\"add_task\",\"summary\":\"add_task:"
                    + " title %s\",\"expires_at\":\"2026-12-05T00:00:00Z\",\"status\":\"open\"}";

    private final AtomicInteger chats = new AtomicInteger();

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> endings = new LinkedBlockingQueue<>();
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void asksAtTheTerminalAndGoesOnAfterTheDecision() throws Exception {
        try (TerminalSession terminal = new TerminalSession(environment(), "chat")) {
            terminal.shows("› ");
            terminal.type("Buy milk");
            terminal.shows("? add_task: title milk");
            terminal.shows("\"title\" : \"milk\"");
            terminal.shows("Approve? [y]es, [n]o, [e]dit, [l]ater: ");
            terminal.type("y");
            terminal.shows("Approved.");
            terminal.shows("It is added.\r\n");
            terminal.type("/quit");

            assertThat(terminal.exitCode()).isZero();
            assertThat(terminal.screen()).doesNotContain("The agent starts again.");
        }
        assertThat(requests)
                .containsExactly(
                        "POST /api/chat {\"message\":\"Buy milk\"}",
                        "POST /api/turns/%s/steps/1/approve {}".formatted(TURN));
    }

    @Test
    void ctrlCCancelsTheTurnThatWaitsAndTheChatGoesOn() throws Exception {
        try (TerminalSession terminal = new TerminalSession(environment(), "chat")) {
            terminal.shows("› ");
            terminal.type("Buy milk");
            terminal.shows("[l]ater: ");
            terminal.pressCtrlC();
            terminal.shows("The turn was cancelled.");
            terminal.type("Buy tea");
            // What is typed before the question would join the turn
            terminal.shows("[l]ater: ", 2);
            terminal.type("n");
            terminal.shows("Reason for the agent");
            terminal.type("no money");
            terminal.shows("It is added.\r\n");
            terminal.pressCtrlD();

            assertThat(terminal.exitCode()).isZero();
        }
        assertThat(requests)
                .contains("POST /api/turns/%s/cancel ".formatted(TURN))
                .endsWith(
                        "POST /api/turns/%s/steps/1/deny {\"reason\":\"no money\"}"
                                .formatted(turn(2)));
    }

    @Test
    void laterLeavesTheTurnWaiting() throws Exception {
        try (TerminalSession terminal = new TerminalSession(environment(), "chat", "buy-milk")) {
            terminal.shows("[l]ater: ");
            terminal.type("l");
            terminal.shows("parley approvals approve " + TURN + " 1");

            assertThat(terminal.exitCode()).isEqualTo(3);
        }
    }

    @Test
    void withoutTerminalSaysHowToDecideAndEndsWithThree() {
        CliRun run = CliRun.command(environment(), "", "chat", "Buy milk");

        assertThat(run)
                .isEqualTo(
                        new CliRun(
                                3,
                                "Let me see.\n",
                                "parley: The turn waits for an approval. Use parley approvals approve %1$s 1 or parley approvals deny %1$s 1.\n"
                                        .formatted(TURN)));
        assertThat(CliRun.command(environment(), "", "chat", "--json", "Buy milk").out())
                .contains("\"type\":\"approval.asked\"");
    }

    @Test
    void listsAllOpenApprovals() {
        CliRun list = CliRun.command(environment(), "", "approvals");
        CliRun json = CliRun.command(environment(), "", "approvals", "list", "--json");

        assertThat(list)
                .isEqualTo(
                        new CliRun(
                                0,
                                """
                                %1$s 1  add_task: title a\\u202e  (until 2026-12-05T00:00:00Z)
                                %1$s 2.1  add_task: title b  (until 2026-12-05T00:00:00Z)
                                """
                                        .formatted(TURN),
                                ""));
        assertThat(json.out().lines())
                .containsExactly(
                        OPEN.formatted(TURN, "1", "a\u202e"), OPEN.formatted(TURN, "2.1", "b"));
        assertThat(requests)
                .contains(
                        "GET /api/approvals?status=open ",
                        "GET /api/approvals?status=open&cursor=a%2Fb ");
    }

    @Test
    void decidesByCommand() {
        String address = address();
        Map<String, String> token = Map.of("PARLEY_TOKEN", "t");

        assertThat(
                        CliRun.command(
                                token,
                                "",
                                "approvals",
                                "--server",
                                address,
                                "approve",
                                TURN,
                                "1",
                                "--arguments={\"title\": \"tea\"}"))
                .isEqualTo(new CliRun(0, "Approved.\n", ""));
        assertThat(
                        CliRun.command(
                                token,
                                "",
                                "approvals",
                                "deny",
                                TURN,
                                "2.1",
                                "--reason=no",
                                "--json",
                                "--server",
                                address))
                .isEqualTo(
                        new CliRun(
                                0,
                                "{\"turn_id\":\"%s\",\"step\":\"2.1\",\"decision\":\"deny\"}\n"
                                        .formatted(TURN),
                                ""));
        assertThat(CliRun.command(environment(), "", "approvals", "approve", TURN, "9"))
                .isEqualTo(new CliRun(1, "", "parley: Somebody else has decided already.\n"));
        assertThat(CliRun.command(environment(), "", "approvals", "approve", TURN, "../x").code())
                .isEqualTo(1);
        assertThat(CliRun.command(environment(), "", "approvals", "approve", "x", "1").code())
                .isEqualTo(2);
        assertThat(requests)
                .containsExactly(
                        "POST /api/turns/%s/steps/1/approve {\"arguments\":{\"title\":\"tea\"}}"
                                .formatted(TURN),
                        "POST /api/turns/%s/steps/2.1/deny {\"reason\":\"no\"}".formatted(TURN),
                        "POST /api/turns/%s/steps/9/approve {}".formatted(TURN));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        requests.add(
                "%s %s %s"
                        .formatted(
                                exchange.getRequestMethod(),
                                exchange.getRequestURI(),
                                new String(
                                        exchange.getRequestBody().readAllBytes(),
                                        StandardCharsets.UTF_8)));
        if (path.equals("/api/chat")) {
            chat(exchange);
        } else if (path.equals("/api/approvals")) {
            boolean first = !exchange.getRequestURI().toString().contains("cursor");
            String data =
                    first ? OPEN.formatted(TURN, "1", "a\u202e") : OPEN.formatted(TURN, "2.1", "b");
            send(
                    exchange,
                    200,
                    "{\"data\":[%s],\"next_cursor\":%s}"
                            .formatted(data, first ? "\"a/b\"" : "null"));
        } else if (path.endsWith("/steps/9/approve")) {
            send(exchange, 409, "{\"code\":\"already_decided\"}");
        } else {
            send(exchange, 200, "{}");
            endings.add(path.endsWith("/cancel") ? "cancelled" : "succeeded");
        }
    }

    /** The id of the turn that the message of this number opens. */
    private static String turn(int number) {
        return number == 1 ? TURN : TURN.substring(0, TURN.length() - 1) + number;
    }

    /** The stream of a turn that waits, is quiet, and goes on or ends. */
    private void chat(HttpExchange exchange) throws IOException {
        String ids = IDS.replace(TURN, turn(chats.incrementAndGet()));
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = exchange.getResponseBody()) {
            write(body, 1, "{\"type\":\"turn.opened\",%s}".formatted(ids));
            write(
                    body,
                    2,
                    "{\"type\":\"reply.delta\",\"delta\":\"Let me see.\",%s}".formatted(ids));
            write(
                    body,
                    3,
                    "{\"type\":\"approval.asked\",\"step\":\"1\",\"tool\":\"add_task\",\"summary\":\"add_task: title milk\",\"arguments\":{\"title\":\"milk\"},%s}"
                            .formatted(ids));
            String ending = endings.poll(100, TimeUnit.SECONDS);
            if ("succeeded".equals(ending)) {
                write(body, 4, "{\"type\":\"turn.opened\",%s}".formatted(ids));
                write(
                        body,
                        5,
                        "{\"type\":\"reply.delta\",\"delta\":\"It is added.\",%s}".formatted(ids));
            }
            write(body, 6, "{\"type\":\"turn.%s\",%s}".formatted(ending, ids));
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(OutputStream body, int number, String data) throws IOException {
        body.write("id: %d\ndata: %s\n\n".formatted(number, data).getBytes(StandardCharsets.UTF_8));
        body.flush();
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Map<String, String> environment() {
        return Map.of("PARLEY_SERVER", address(), "PARLEY_TOKEN", "t");
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }
}
