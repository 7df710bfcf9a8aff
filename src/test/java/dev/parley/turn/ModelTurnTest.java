package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.InProcess;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.ShortTimeouts;
import dev.parley.testing.SlowTurns;
import dev.parley.testing.TestClock;
import dev.parley.testing.Wait;
import dev.parley.turn.recovery.TurnRecoveryTest;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The language-model agent against an endpoint that behaves well, and badly in all the ways that
 * models do.
 */
@ParleyTest
@TestProfile(ShortTimeouts.class)
class ModelTurnTest {

    private final InProcess<CircuitBreakerMaintenance> circuits =
            InProcess.of(CircuitBreakerMaintenance.class);
    private final InProcess<TestClock> clock = InProcess.of(TestClock.class);
    private final InProcess<AgroalDataSource> pool = InProcess.of(AgroalDataSource.class);

    @BeforeEach
    void forget() {
        circuits.ifHere(CircuitBreakerMaintenance::resetAll);
        ModelStub.forget();
    }

    @Test
    void repliesWithWhatModelStreamed() {
        ApiResponse answer = Person.registered().says("hello — über 🚀", "assistant");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.reply()).isEqualTo("hello — über 🚀");
        assertThat(answer.json().path("usage").path("input_tokens").asInt()).isEqualTo(11);
        assertThat(answer.json().path("usage").path("output_tokens").asInt()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "hello, stop",
        ModelStub.UP_TO_LIMIT + ", length",
        ModelStub.FILTERED + ", content_filter"
    })
    void reportsWhyModelFinished(String message, String finishReason) {
        Person person = Person.registered();

        ApiResponse answer = person.says(message, "assistant");
        String turn = answer.json().path("turn_id").asText();

        assertThat(answer.json().path("finish_reason").asText()).isEqualTo(finishReason);
        assertThat(person.gets("/api/turns/" + turn).json().path("finish_reason").asText())
                .isEqualTo(finishReason);
        assertThat(person.gets("/api/turns/" + turn + "/events").body())
                .containsOnlyOnce("\"finish_reason\":\"" + finishReason + "\"");
    }

    @Test
    void reportsFilterThatLeavesNothingOfReply() {
        ApiResponse answer = Person.registered().says(ModelStub.FILTERED_AT_ONCE, "assistant");

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.json().path("detail").asText()).contains("content filter");
        assertThat(answer.json().has("finish_reason")).isFalse();
    }

    @Test
    void modelAnswersWhereNoAgentIsNamed() {
        ApiResponse answer = Person.registered().posts("/api/chat", "{\"message\":\"hello\"}");

        assertThat(answer.reply()).isEqualTo("hello");
    }

    @Test
    void usesToolsThatModelAsksFor() {
        Person person = Person.registered();

        ApiResponse answer = person.says("add buy milk", "assistant");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.reply()).startsWith("Tool said: ").contains("buy milk");
        assertThat(person.gets("/api/tasks").json().path("data").get(0).path("title").asText())
                .isEqualTo("buy milk");
        assertThat(ModelStub.calls()).isEqualTo(2);
    }

    @Test
    void tellsModelOfConversationAndTools() {
        Person person = Person.registered();
        String conversation = person.says("first", "assistant").text("conversation_id");

        person.says("second", "assistant", conversation);

        JsonObject request = ModelStub.requests().getLast();
        List<String> said =
                request.getJsonArray("messages").stream()
                        .map(JsonObject.class::cast)
                        .map(message ->
                                message.getString("role") + ": " + message.getString("content"))
                        .toList();
        assertThat(said).hasSize(4);
        assertThat(said.getFirst()).startsWith("system: ");
        assertThat(said.subList(1, 4))
                .containsExactly("user: first", "assistant: first", "user: second");
        assertThat(request.getString("model")).isEqualTo("stub-1");
        assertThat(request.getBoolean("stream")).isTrue();
        assertThat(
                        request.getJsonArray("tools").stream()
                                .map(tool ->
                                        ((JsonObject) tool)
                                                .getJsonObject("function")
                                                .getString("name")))
                .containsExactlyInAnyOrder(
                        "add_task",
                        "change_task",
                        "delete_task",
                        "list_tasks",
                        "remember",
                        "list_preferences",
                        "forget",
                        "list_skills",
                        "set_skill",
                        "remove_skill",
                        "list_trainings",
                        "add_training",
                        "change_training",
                        "remove_training",
                        "list_notifications",
                        "mark_notifications_read");
    }

    @Test
    void letsModelSpeakOfToolThatIsNotThere() {
        ApiResponse answer = Person.registered().says(ModelStub.WRONG_TOOL, "assistant");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.reply()).contains("There is no tool of that name");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    answer 500,                        502, agent_failed,      failed
                    answer 429,                        503, agent_unavailable, failed
                    answer garbage,                    502, agent_failed,      failed
                    answer html,                       502, agent_failed,      failed
                    answer half,                       502, agent_failed,      failed
                    answer half and end well,          502, agent_failed,      failed
                    answer with an error in the stream,502, agent_failed,      failed
                    answer emptily,                    502, agent_failed,      failed
                    kill the connection,               502, agent_failed,      failed
                    use tools for ever,                502, agent_failed,      failed
                    answer nothing,                    504, agent_timeout,     timed_out
                    hang in the middle,                504, agent_timeout,     timed_out
                    """)
    void turnEndsAsStatedWhereModelMisbehaves(String how, int status, String code, String ending) {
        Person person = Person.registered();

        ApiResponse answer = person.says(how, "assistant");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        ApiResponse turn = person.gets("/api/turns/" + answer.text("turn_id"));
        assertThat(turn.text("status")).isEqualTo(ending);
        assertThat(turn.json().path("error").path("code").asText()).isEqualTo(code);
        ApiResponse messages =
                person.gets("/api/conversations/" + answer.text("conversation_id") + "/messages");
        assertThat(messages.json().path("data")).hasSize(1);
        assertThat(messages.json().path("data").get(0).path("content").asText()).isEqualTo(how);
        assertThat(Postgres.database().usedBy(person)).isEqualTo(1);
        Wait.until(() -> pool.get().getMetrics().activeCount() == 0);
    }

    @ParameterizedTest
    @CsvSource({"answer nothing", "hang in the middle"})
    void closesConnectionToModelThatTakesTooLong(String how) throws Exception {
        Person.registered().says(how, "assistant");

        assertThat(ModelStub.sawConnectionClosed(how)).isTrue();
    }

    @Test
    void repeatsNoCallThatWasSent() {
        Person.registered().says(ModelStub.ERROR_500, "assistant");

        assertThat(ModelStub.calls()).isEqualTo(1);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void chargesNobodyWhileCircuitIsOpen() {
        Person person = Person.registered();
        for (int i = 0; i < 20; i++) {
            person.says(ModelStub.ERROR_500, "assistant");
        }
        int charged = Postgres.database().usedBy(person);

        ApiResponse refused = person.says("hello", "assistant");
        ApiResponse elsewhere = person.says("help", "offline");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("agent_unavailable");
        assertThat(refused.header("Retry-After")).isNotEmpty();
        assertThat(refused.json().has("turn_id")).isFalse();
        assertThat(elsewhere.status()).isEqualTo(200);
        assertThat(charged).isEqualTo(20);
        assertThat(Postgres.database().usedBy(person)).isEqualTo(21);
        assertThat(ModelStub.calls()).isEqualTo(20);
    }

    @Test
    void circuitStaysClosedWhereModelRefusesRequests() {
        Person person = Person.registered();
        for (int i = 0; i < 25; i++) {
            assertThat(person.says(ModelStub.ERROR_400, "assistant").code())
                    .isEqualTo("agent_failed");
        }

        assertThat(Person.registered().says("hello", "assistant").status()).isEqualTo(200);
    }

    /** The probe hangs; whoever comes meanwhile is refused before the charge. */
    @Test
    void chargesOnlyProbeWhileCircuitIsHalfOpen() {
        Person person = Person.registered();
        for (int i = 0; i < 20; i++) {
            person.says(ModelStub.ERROR_500, "assistant");
        }
        Wait.until(
                () -> person.says(ModelStub.NOTHING, "assistant").code().equals("agent_timeout"));
        Wait.until(() -> circuits.get().currentState("model") != CircuitBreakerState.CLOSED);
        int charged = Postgres.database().usedBy(person);

        assertThat(person.says("hello", "assistant").json().has("turn_id")).isFalse();
        assertThat(Postgres.database().usedBy(person)).isEqualTo(charged).isEqualTo(21);
    }

    @Test
    void asksModelAgainOnceCircuitHasRested() {
        Person person = Person.registered();
        for (int i = 0; i < 20; i++) {
            person.says(ModelStub.ERROR_500, "assistant");
        }
        assertThat(person.says("hello", "assistant").code()).isEqualTo("agent_unavailable");

        Wait.until(() -> person.says("hello", "assistant").status() == 200);
    }

    @Test
    void asksModelOnceThatHasNoRoom() {
        ApiResponse answer = Person.registered().says(ModelStub.ERROR_429, "assistant");

        assertThat(answer.code()).isEqualTo("agent_unavailable");
        assertThat(answer.header("Retry-After")).isNotEmpty();
        assertThat(ModelStub.calls()).isEqualTo(1);
    }

    /** What a tool returns is held in memory, and sent again with each round. */
    @Test
    void tellsModelOfAtMostSixteenThousandCharactersOfToolsResult() {
        Person person = Person.registered();
        // The fourth task, which is cut, has pairs; all in pairs would exceed the model's context
        for (int i = 0; i < 9; i++) {
            person.posts(
                    "/api/tasks",
                    "{\"title\":\"t\",\"description\":\"%s\"}"
                            .formatted(i % 2 == 0 ? "d".repeat(3_998) : "😀".repeat(1_999)));
        }

        person.says("list tasks", "assistant");

        String content = lastMessage(ModelStub.requests().getLast()).getString("content");
        assertThat(content)
                .startsWith("{\"tasks\":[{")
                .hasSizeBetween(16_000, 16_100)
                .containsPattern(
                        "😀\n\\[cut: the first \\d+ of 3\\d{4} characters; ask for less]$");
    }

    private static JsonObject lastMessage(JsonObject request) {
        JsonArray messages = request.getJsonArray("messages");
        return messages.getJsonObject(messages.size() - 1);
    }

    @Test
    void asksModelForAsManyRoundsOfToolsAsAreAllowed() {
        Person person = Person.registered();

        ApiResponse answer = person.says(ModelStub.ENDLESS_TOOLS, "assistant");

        assertThat(answer.text("detail")).contains("10 rounds");
        assertThat(
                        toolCalls(
                                person.gets("/api/turns/" + answer.text("turn_id") + "/events")
                                        .body()))
                .isEqualTo(10);
        assertThat(ModelStub.calls()).isEqualTo(11);
    }

    /** The circuit rests by the application's clock, the breaker itself by the system's. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void letsOneTurnOnlyTryWhetherModelIsBack() {
        Person person = Person.registered();
        for (int i = 0; i < 20; i++) {
            person.says(ModelStub.ERROR_500, "assistant");
        }

        try (TestClock.Moved _ = clock.get().moveBy(Duration.ofSeconds(6))) {
            ApiResponse probe = person.says("hello", "assistant");
            ApiResponse next = person.says("hello", "assistant");

            assertThat(probe.json().has("turn_id")).isTrue();
            assertThat(next.code()).isEqualTo("agent_unavailable");
            assertThat(next.json().has("turn_id")).isFalse();
        }
        assertThat(Postgres.database().usedBy(person)).isEqualTo(21);
    }

    /** Opening is tried again; the turn that was let through is let through once more. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    @ExpectedErrors("The job .+ failed") // The database is made to fail
    void triesWhetherModelIsBackAlthoughConnectionBrokeInOpening() {
        Person person = Person.registered();
        openCircuit(person);

        CompletableFuture<ApiResponse> probe;
        try (TestClock.Moved _ = clock.get().moveBy(Duration.ofSeconds(6))) {
            try (SlowTurns turns = SlowTurns.toOpen()) {
                probe = TurnRecoveryTest.later(() -> person.says("hello", "assistant"));
                turns.atWork();
                assertThat(Postgres.database().cutBusySessions()).isPositive();
            }

            assertThat(probe.join().json().has("turn_id")).as(probe.join().toString()).isTrue();
        }
        assertThat(Postgres.database().usedBy(person)).isEqualTo(21);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void letsAnotherTurnTryWhetherModelIsBackWhereProbeIsRefused() {
        Person person = Person.registered();
        Person poor = Person.registered();
        Postgres.database().leaveQueries(poor.id(), 0, 1_000);
        openCircuit(person);

        try (TestClock.Moved _ = clock.get().moveBy(Duration.ofSeconds(6))) {
            assertThat(poor.says("hello", "assistant").code()).isEqualTo("quota_exhausted");
            ApiResponse probe = person.says("hello", "assistant");

            assertThat(probe.json().has("turn_id")).as(probe.toString()).isTrue();
        }
        assertThat(Postgres.database().usedBy(person)).isEqualTo(21);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void longAnswersAreNoFailuresOfEndpoint() {
        Person person = Person.registered();

        List<ApiResponse> answers =
                Person.atOnce(20, () -> person.says("count to 10000 every 5", "assistant"));

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.code()).isEqualTo("agent_timeout"));
        assertThat(circuits.get().currentState("model")).isEqualTo(CircuitBreakerState.CLOSED);
        assertThat(person.says("hello", "assistant").status()).isEqualTo(200);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void firstPieceOfAnswerClosesHalfOpenCircuit() {
        Person person = Person.registered();
        openCircuit(person);

        CompletableFuture<ApiResponse> probe;
        do {
            probe =
                    TurnRecoveryTest.later(
                            () -> person.says("count to 10000 every 5", "assistant"));
            CompletableFuture<ApiResponse> probing = probe;
            Wait.until(() ->
                    probing.isDone()
                            || circuits.get().currentState("model") == CircuitBreakerState.CLOSED);
        } while (probe.isDone() && probe.join().code().equals("agent_unavailable"));

        assertThat(probe).as("the long answer").isNotDone();
        assertThat(Person.registered().says("hello", "assistant").status()).isEqualTo(200);
        assertThat(probe.join().code()).isEqualTo("agent_timeout");
    }

    private static long toolCalls(String events) {
        return events.lines().filter("event:tool.called"::equals).count();
    }

    private static void openCircuit(Person person) {
        for (int i = 0; i < 20; i++) {
            person.says(ModelStub.ERROR_500, "assistant");
        }
    }
}
