package dev.parley.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.parley.cli.terminal.JsonOutput;
import dev.parley.cli.terminal.TerminalInput;
import dev.parley.testing.Wait;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person decides about a tool call; the server is a stub. */
class ApprovalPromptTest {

    private static final JsonNode ASKED =
            JsonOutput.read(
                    """
                    {"type": "approval.asked", "turn_id": "t", "step": "2.1", "tool": "add_task",
                     "summary": "add_task: title milk", "arguments": {"title": "mi\\u202elk"}}
                    """);

    private final List<String> posted = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final CompletableFuture<Boolean> cancellation = new CompletableFuture<>();
    private final PipedOutputStream keyboard = new PipedOutputStream();
    private final List<Response> answers = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private TerminalInput input;
    private ApprovalPrompt prompt;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String body =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    posted.add(exchange.getRequestURI() + " " + body);
                    Response answer =
                            answers.isEmpty() ? new Response(200, "{}") : answers.removeFirst();
                    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(answer.status(), bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
        input = new TerminalInput(new PipedInputStream(keyboard));
        prompt =
                new ApprovalPrompt(
                        new ParleyClient(
                                URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                        new ChatScreen(
                                new PrintStream(shown, true, StandardCharsets.UTF_8),
                                ChatScreen.Kind.PERSON),
                        input,
                        cancellation);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void approvesWhatItShows() throws Exception {
        type("y");

        assertThat(prompt.decide(ASKED)).isTrue();
        assertThat(posted).containsExactly("/api/turns/t/steps/2.1/approve {}");
        assertThat(screen())
                .contains("? add_task: title milk", "\"title\" : \"mi\\u202elk\"", "Approved.");
    }

    @Test
    void deniesWithReason() throws Exception {
        type("no", "not today ");

        assertThat(prompt.decide(ASKED)).isTrue();
        assertThat(posted)
                .containsExactly("/api/turns/t/steps/2.1/deny {\"reason\":\"not today\"}");
    }

    @Test
    void approvesEditedArguments() throws Exception {
        type("e", "no JSON", "e", "[1]", "e", "{\"title\": \"tea\"}", "e", "", "Y");

        assertThat(prompt.decide(ASKED)).isTrue();
        assertThat(posted)
                .containsExactly(
                        "/api/turns/t/steps/2.1/approve {\"arguments\":{\"title\":\"tea\"}}");
        assertThat(screen()).contains("\"title\" : \"tea\"");
    }

    @Test
    void leavesTheTurnWaiting() throws Exception {
        type("what?", "l");

        assertThat(prompt.decide(ASKED)).isFalse();
        assertThat(posted).isEmpty();
    }

    @Test
    void leavesTheTurnWaitingAtTheEndOfTheInput() throws Exception {
        keyboard.close();

        assertThat(prompt.decide(ASKED)).isFalse();
    }

    @Test
    void goesOnWhereSomebodyElseDecided() throws Exception {
        answers.add(new Response(409, "{\"code\": \"already_decided\"}"));
        type("y");

        assertThat(prompt.decide(ASKED)).isTrue();
        assertThat(screen()).contains("Somebody else has decided already.");
    }

    @Test
    void goesOnWhereTheApprovalHasExpired() throws Exception {
        answers.add(new Response(410, "{\"code\": \"approval_expired\"}"));
        type("y");

        assertThat(prompt.decide(ASKED)).isTrue();
        assertThat(screen()).contains("The approval has expired");
    }

    @Test
    void asksAgainWhereTheServerRefuses() throws Exception {
        answers.add(new Response(400, "{\"detail\": \"The argument title is missing.\"}"));
        answers.add(new Response(409, "{\"detail\": \"The turn does not wait.\"}"));
        type("e", "{}", "y", "y", "n", "");

        assertThat(prompt.decide(ASKED)).isTrue();
        assertThat(posted)
                .containsExactly(
                        "/api/turns/t/steps/2.1/approve {\"arguments\":{}}",
                        "/api/turns/t/steps/2.1/approve {\"arguments\":{}}",
                        "/api/turns/t/steps/2.1/deny {}");
    }

    @Test
    void cancellationEndsTheQuestionAndLosesNoLine() throws Exception {
        CompletableFuture<Boolean> decided = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        decided.complete(prompt.decide(ASKED));
                    } catch (InterruptedException interruption) {
                        decided.completeExceptionally(interruption);
                    }
                });
        Wait.until(() -> screen().contains("[l]ater"));

        cancellation.complete(true);

        assertThat(decided.get()).isTrue();
        type("the next message");
        assertThat(input.readLine()).isEqualTo(Optional.of("the next message"));
        assertThat(posted).isEmpty();
    }

    private void type(String... lines) throws IOException {
        for (String line : lines) {
            keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        keyboard.flush();
    }

    private String screen() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    private record Response(int status, String body) {}
}
