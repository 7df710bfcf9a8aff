package dev.parley.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentRequest;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.AgentTimedOut;
import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.Steering;
import dev.parley.agent.UserContext;
import dev.parley.agent.tool.SingleCallToolbox;
import dev.parley.agent.tool.Toolbox;
import dev.parley.testing.ExpectedErrors;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of whatever an endpoint answers, call by call, without repeats and circuit. */
@ExpectedErrors(
        "Stream reset") // Vert.x, where debugging is on, as it is outside of the application
@Timeout(60)
class ModelEndpointTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final JsonNode REQUEST = JsonNodeFactory.instance.objectNode();
    private static final String TEXT = "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n";
    private static final String FINISH =
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String TOOL =
            """
            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"t","arguments":"{}"}}]},\
            "finish_reason":"tool_calls"}]}

            """;
    private static final String DONE = "data: [DONE]\n\n";

    private final List<ChatChunk> chunks = new ArrayList<>();
    private HttpServer server;
    private PlainModel plain;
    private volatile Handler<HttpServerRequest> behaviour = request -> request.response().end();

    @BeforeEach
    void start() {
        server = VERTX.createHttpServer().requestHandler(request -> behaviour.handle(request));
        int port =
                server.listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .actualPort();
        plain =
                new PlainModel(
                        Map.of("parley.model.base-url", "http://127.0.0.1:" + port + "/v1/"));
    }

    @AfterEach
    void stop() {
        plain.close();
        goAway();
    }

    @AfterAll
    static void stopAll() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void hearsChunksUntilDone() {
        streams(TEXT.formatted("a") + TEXT.formatted("b") + FINISH + DONE);

        ask();

        assertThat(chunks).hasSize(3);
    }

    @Test
    void textBehindDoneIsDropped() {
        streams(TEXT.formatted("a") + FINISH + DONE + TEXT.formatted("b"));

        ask();

        assertThat(chunks).hasSize(2);
    }

    @Test
    void usageThatIsNonsenseFailsNoAnswer() {
        streams(
                TEXT.formatted("a")
                        + FINISH
                        + "data: {\"usage\":{\"prompt_tokens\":1e400,\"completion_tokens\":{}}}\n\n"
                        + "data: {\"usage\":\"free\"}\n\n"
                        + DONE);

        ask();

        assertThat(chunks).hasSize(4);
    }

    /** The model calls a tool with arguments that are no JSON, and reads that they are not. */
    @Test
    void modelIsToldThatArgumentsAreNotJson() {
        List<String> requests = new CopyOnWriteArrayList<>();
        behaviour =
                request ->
                        request.body()
                                .onSuccess(body -> {
                                    requests.add(body.toString());
                                    request.response()
                                            .putHeader("Content-Type", "text/event-stream")
                                            .end(
                                                    requests.size() == 1
                                                            ? TOOL.replace("\"{}\"", "\"{\\\"a\"")
                                                                    + DONE
                                                            : TEXT.formatted("a") + FINISH + DONE);
                                });
        List<JsonNode> called = new ArrayList<>();
        SingleCallToolbox refusing =
                (name, arguments) -> {
                    called.add(arguments);
                    return new Toolbox.ToolResult(
                            false, JsonNodeFactory.instance.objectNode().put("error", "no JSON"));
                };

        plain.model().answer(briefing(refusing), event -> {});

        assertThat(called).containsExactly(new TextNode("{\"a"));
        assertThat(requests.getLast())
                .contains("\"arguments\":\"{\\\"a\"", "{\\\"error\\\":\\\"no JSON\\\"}");
    }

    /** Each character comes alone; the turn gets them in a few pieces. */
    @Test
    void singleCharactersAreJoined() {
        streams(TEXT.formatted("x").repeat(2_000) + FINISH + DONE);
        List<AgentEvent> events = new ArrayList<>();

        plain.model().answer(briefing(toolbox(() -> {})), events::add);

        assertThat(text(events)).isEqualTo("x".repeat(2_000));
        assertThat(events.getFirst()).isEqualTo(new AgentEvent.ReplyDelta("x"));
        // One piece each 50 ms; reading 2,000 chunks at 1,000 a second takes a second or more
        assertThat(events).hasSizeLessThan(200);
    }

    /** What was joined is not held back until the model goes on. */
    @Test
    void joinedCharactersPassWhileModelIsQuiet() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        behaviour =
                request -> {
                    HttpServerResponse response = request.response();
                    response.setChunked(true).putHeader("Content-Type", "text/event-stream");
                    response.write(TEXT.formatted("a") + TEXT.formatted("b"));
                    VERTX.executeBlocking(() -> {
                        goOn.await();
                        return response.end(FINISH + DONE);
                    });
                };
        List<AgentEvent> events = new CopyOnWriteArrayList<>();

        plain.model()
                .answer(
                        briefing(toolbox(() -> {})),
                        event -> {
                            events.add(event);
                            if (text(events).equals("ab")) {
                                goOn.countDown();
                            }
                        });

        assertThat(text(events)).isEqualTo("ab");
    }

    private static String text(List<AgentEvent> events) {
        return events.stream()
                .filter(AgentEvent.ReplyDelta.class::isInstance)
                .map(AgentEvent.ReplyDelta.class::cast)
                .map(AgentEvent.ReplyDelta::text)
                .collect(Collectors.joining());
    }

    @Test
    void takesAnswerWithoutDoneForWhole() {
        streams(TEXT.formatted("a") + FINISH);

        ask();

        assertThat(chunks).hasSize(2);
    }

    @Test
    void waitsNoFurtherForEndpointThatDoesNotEndBehindDone() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        behaviour =
                request -> {
                    request.response().closeHandler(gone -> closed.countDown());
                    request.response()
                            .setChunked(true)
                            .putHeader("Content-Type", "text/event-stream")
                            .write(TEXT.formatted("a") + FINISH + DONE);
                };

        ask();

        assertThat(chunks).hasSize(2);
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "300, 300", "301, 300", "999999, 300", "9999999, 5", "soon, 5", "-1, 5"})
    void asksToComeAgainNoLaterThanInFiveMinutes(String told, long seconds) {
        behaviour =
                request ->
                        request.response().setStatusCode(429).putHeader("Retry-After", told).end();

        assertThatThrownBy(this::ask)
                .isInstanceOfSatisfying(
                        AgentUnavailable.class,
                        away ->
                                assertThat(away.retryAfter())
                                        .contains(Duration.ofSeconds(seconds)));
    }

    @Test
    void takesEndpointWithoutServiceForUnavailable() {
        behaviour = request -> request.response().setStatusCode(503).end();

        assertThatThrownBy(this::ask)
                .isInstanceOfSatisfying(
                        AgentUnavailable.class,
                        away -> assertThat(away.retryAfter()).contains(Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 599})
    void countsErrorOfEndpointAgainstItsCircuit(int status) {
        behaviour = request -> request.response().setStatusCode(status).end();

        assertThatThrownBy(this::ask).isInstanceOf(ModelEndpointFailure.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 422})
    void takesRefusalForFaultOfThisRequestOnly(int status) {
        behaviour = request -> request.response().setStatusCode(status).end();

        assertThatThrownBy(this::ask).isInstanceOf(AgentFailed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/html", ""})
    void acceptsNothingButStream(String type) {
        behaviour =
                request -> {
                    if (!type.isEmpty()) {
                        request.response().putHeader("Content-Type", type);
                    }
                    request.response().end(TEXT.formatted("a") + FINISH + DONE);
                };

        assertThatThrownBy(this::ask).isInstanceOf(ModelEndpointFailure.class);
        assertThat(chunks).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"error\":{\"message\":\"no\"}}\n\n",
                "data: null\n\n",
                "data: x\n\n"
            })
    void breaksOffAtErrorInsideOfStream(String broken) {
        streams(TEXT.formatted("a") + broken + FINISH + DONE);

        assertThatThrownBy(this::ask).isInstanceOf(ModelEndpointFailure.class);
        assertThat(chunks).hasSize(1);
    }

    @Test
    void failsWhereEventHasNoEnd() {
        streams("data: " + "x".repeat(1_100_000));

        assertThatThrownBy(this::ask)
                .isInstanceOf(AgentFailed.class)
                .hasMessageContaining("event that is too long");
    }

    @Test
    void takesInterruptForStopOrForEndOfTime() {
        behaviour = request -> {};

        Thread.currentThread().interrupt();
        assertThatThrownBy(() ->
                        plain.endpoint().complete(REQUEST, TIMEOUT, true, () -> true, chunks::add))
                .isInstanceOf(AgentStopped.class);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThatThrownBy(() ->
                        plain.endpoint().complete(REQUEST, TIMEOUT, true, () -> false, chunks::add))
                .isInstanceOf(AgentTimedOut.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void maySendAgainOnlyWhereThatIsAllowed() {
        goAway();

        assertThatThrownBy(() ->
                        plain.endpoint().complete(REQUEST, TIMEOUT, true, () -> false, chunks::add))
                .isInstanceOf(ConnectFailed.class);
        assertThatThrownBy(() ->
                        plain.endpoint()
                                .complete(REQUEST, TIMEOUT, false, () -> false, chunks::add))
                .isInstanceOf(AgentUnavailable.class);
    }

    /** The endpoint goes away while the tool works that it has asked for. */
    @Test
    void modelIsNotAskedAgainForLaterRound() {
        AtomicBoolean used = new AtomicBoolean();
        behaviour =
                request ->
                        request.response()
                                .putHeader("Content-Type", "text/event-stream")
                                .putHeader("Connection", "close")
                                .end(TOOL + DONE);
        Toolbox toolbox =
                toolbox(() -> {
                    used.set(true);
                    goAway();
                });

        assertThatThrownBy(() -> plain.model().answer(briefing(toolbox), event -> {}))
                .isInstanceOf(AgentUnavailable.class)
                .extracting(Throwable::getCause)
                .isNotInstanceOf(ConnectFailed.class);
        assertThat(used).isTrue();
    }

    /** The endpoint closes a connection in the moment in which it is used again. */
    @Test
    void callIsMadeAgainWhereItsConnectionWasClosedMeanwhile() {
        List<HttpConnection> connections = new ArrayList<>();
        List<String> calls = new ArrayList<>();
        behaviour =
                request -> {
                    HttpConnection connection = request.connection();
                    calls.add(request.uri());
                    if (connections.contains(connection)) {
                        connection.close();
                    } else {
                        connections.add(connection);
                        request.response()
                                .putHeader("Content-Type", "text/event-stream")
                                .end(TEXT.formatted("a") + FINISH + DONE);
                    }
                };

        ask();
        ask();

        assertThat(chunks).hasSize(4);
        assertThat(connections).hasSize(2);
        assertThat(calls).hasSize(3);
    }

    /** Who reads a request and dies may have worked for it. */
    @Test
    void callIsNotMadeAgainOnceItMayHaveBeenRead() {
        AtomicInteger calls = new AtomicInteger();
        behaviour =
                request -> {
                    if (calls.incrementAndGet() == 1) {
                        request.response()
                                .putHeader("Content-Type", "text/event-stream")
                                .end(TEXT.formatted("a") + FINISH + DONE);
                    } else {
                        VERTX.setTimer(2_500, _ -> request.connection().close());
                    }
                };
        ask();

        assertThatThrownBy(this::ask).isInstanceOf(ModelEndpointFailure.class);
        assertThat(calls).hasValue(2);
    }

    @Test
    void callIsNotMadeAgainWhereItsConnectionWasNew() {
        AtomicInteger calls = new AtomicInteger();
        behaviour =
                request -> {
                    calls.incrementAndGet();
                    request.connection().close();
                };

        assertThatThrownBy(this::ask).isInstanceOf(ModelEndpointFailure.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void callIsNotMadeAgainWhereAnAnswerHadBegun() {
        AtomicInteger calls = new AtomicInteger();
        behaviour =
                request -> {
                    HttpServerResponse answer =
                            request.response()
                                    .setChunked(true)
                                    .putHeader("Content-Type", "text/event-stream");
                    if (calls.incrementAndGet() == 1) {
                        answer.end(TEXT.formatted("a") + FINISH + DONE);
                    } else {
                        answer.write(": begun\n\n").onSuccess(_ -> request.connection().close());
                    }
                };
        ask();

        assertThatThrownBy(this::ask).isInstanceOf(ModelEndpointFailure.class);
        assertThat(calls).hasValue(2);
    }

    private static AgentRequest briefing(Toolbox toolbox) {
        return new AgentRequest(
                List.of(new AgentRequest.ChatMessage(AgentRequest.Role.USER, "do it")),
                UserContext.NONE,
                Steering.NONE,
                toolbox,
                Instant.EPOCH,
                () -> false);
    }

    private static Toolbox toolbox(Runnable use) {
        return new SingleCallToolbox() {
            @Override
            public ToolResult call(String name, JsonNode arguments) {
                use.run();
                return new ToolResult(true, JsonNodeFactory.instance.objectNode());
            }
        };
    }

    private void ask() {
        plain.endpoint().complete(REQUEST, TIMEOUT, true, () -> false, chunks::add);
    }

    private void streams(String body) {
        behaviour =
                request ->
                        request.response().putHeader("Content-Type", "text/event-stream").end(body);
    }

    private void goAway() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }
}
