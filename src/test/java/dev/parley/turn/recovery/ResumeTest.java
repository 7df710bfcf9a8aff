package dev.parley.turn.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.tool.Round;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.Toolbox;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.Events.Event;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.TurnId;
import dev.parley.turn.engine.ApprovalCheck;
import dev.parley.turn.engine.CancelTest;
import dev.parley.turn.engine.RunningTurnRegistry;
import dev.parley.turn.engine.ToolExecutor;
import dev.parley.turn.engine.TurnLimiter;
import dev.parley.turn.engine.TurnToolbox;
import dev.parley.turn.store.Exchange;
import dev.parley.turn.store.TurnExchange;
import dev.parley.turn.store.TurnStore;
import dev.parley.turn.web.http.StreamTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Where the operator chose so, a turn whose runner is gone goes on from what its tools have done.
 */
@ParleyTest
@TestProfile(ResumeTest.Resuming.class)
public class ResumeTest {

    @Inject TestAgents.Stepping stepping;
    @Inject TestAgents.Gated gated;
    @Inject TurnLimiter limiter;
    @Inject TurnRecoveryJob rescue;
    @Inject RunningTurnRegistry runningTurns;
    @Inject ToolExecutor toolExecutor;
    @Inject ApprovalCheck approvals;

    private final Database database = Postgres.database();

    @AfterEach
    void endAll() {
        stepping.open();
        gated.open();
        Wait.until(() -> limiter.count() == 0);
    }

    @Test
    void repeatsNoStepOfResumedTurnAndOpensItAnew() {
        Person person = Person.registered();
        stepping.close();
        int before = stepping.steps();
        try (Events stream = Events.ofTurn(person, StreamTest.chat("once", "stepping"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            Wait.until(() -> stepping.steps() == before + 1);

            database.assignTurn(turn, UUID.randomUUID());

            // The agent begins anew, and is given what it did before
            Wait.until(() -> stepping.steps() == before + 2);
            stepping.open();
            Wait.until(() -> database.statusOf(turn).equals("succeeded"));
            assertThat(person.gets("/api/turns/" + turn).reply()).isEqualTo("added once");
            assertThat(person.gets("/api/tasks").json().path("data")).hasSize(1);
            assertThat(
                            database.texts(
                                    "select tool || ' ' || attempt from turn_steps where turn_id ="
                                            + " ?::uuid order by number",
                                    turn))
                    .containsExactly("add_task 1", "add_task 1", "list_tasks 2");
            List<Event> rest = stream.rest();
            assertThat(rest)
                    .filteredOn(event -> event.name().equals("turn.opened"))
                    .singleElement()
                    .satisfies(event -> assertThat(event.id()).isEqualTo(1_000_001L));
            assertThat(rest.getLast().name()).isEqualTo("turn.succeeded");
        }
    }

    @Test
    void tellsModelOfResumedTurnWhatItDidBefore() {
        ModelStub.forget();
        Person person = Person.registered();
        String turn = person.says("add milk", "assistant").text("turn_id");
        runAgain(turn);

        Wait.until(() -> database.statusOf(turn).equals("succeeded"));

        assertThat(person.gets("/api/turns/" + turn).reply()).contains("\"title\":\"milk\"");
        assertThat(person.gets("/api/tasks").json().path("data")).hasSize(1);
        // Two calls the first time; the third goes on from the recorded use
        assertThat(ModelStub.calls()).isEqualTo(3);
    }

    @Test
    void interruptsTurnWhoseRunnerIsGoneTheThirdTime() {
        Person person = Person.registered();
        gated.close();
        CompletableFuture<ApiResponse> waiting =
                TurnRecoveryTest.later(() -> person.says("wait", "gated"));
        String turn = CancelTest.runningTurn(person);
        try (PausedJobs _ = PausedJobs.pause()) {
            for (int attempt = 2; attempt <= 3; attempt++) {
                loseRunner(turn);
                assertThat(database.attemptOf(turn)).isEqualTo(attempt);
            }

            loseRunner(turn);

            assertThat(database.attemptOf(turn)).isEqualTo(3);
            assertThat(database.statusOf(turn)).isEqualTo("interrupted");
        }
        gated.open();
        assertThat(waiting.join().code()).isEqualTo("turn_interrupted");
        assertThat(database.versionsOf(person)).isEqualTo(1);
    }

    @Test
    void resumesNoTurnThatWasToBeCancelled() {
        Person person = Person.registered();
        gated.close();
        CompletableFuture<ApiResponse> waiting =
                TurnRecoveryTest.later(() -> person.says("wait", "gated"));
        String turn = CancelTest.runningTurn(person);
        try (PausedJobs _ = PausedJobs.pause()) {
            database.requestCancellation(turn);

            loseRunner(turn);

            assertThat(database.statusOf(turn)).isEqualTo("cancelled");
            assertThat(database.attemptOf(turn)).isEqualTo(1);
        }
        gated.open();
        assertThat(waiting.join().code()).isEqualTo("turn_cancelled");
    }

    @Test
    void givesRecordedResultOfCallAtSamePositionOnce() {
        Probe probe = new Probe();
        TurnToolbox toolbox = toolboxAfterCrash(probe, Map.of("1", before()));

        assertThat(toolbox.call("probe", number(2)).content()).isEqualTo(before().content());
        assertThat(probe.executed).isEmpty();
        assertThat(toolbox.call("probe", number(3)).content()).isEqualTo(number(3));
        assertThat(probe.executed).containsExactly(number(3));
    }

    /** The agent is asked again and changes its mind: what it wanted before the crash is done. */
    @Test
    void executesRecordedCallWithoutResultWithItsRecordedArguments() {
        Probe probe = new Probe();
        TurnToolbox toolbox = toolboxAfterCrash(probe, Map.of());

        assertThat(toolbox.call("probe", number(2)).content()).isEqualTo(number(1));
        assertThat(probe.executed).containsExactly(number(1));
    }

    @Test
    void refusesArgumentsThatAreNoObject() {
        Probe probe = new Probe();
        TurnToolbox toolbox = toolboxAfterCrash(probe, Map.of("1", before()));
        toolbox.call("probe", number(1));

        Toolbox.ToolResult refused =
                toolbox.call("probe", JsonNodeFactory.instance.textNode("{\"number\":"));

        assertThat(refused.ok()).isFalse();
        assertThat(refused.content().path("error").asText()).contains("not a JSON object");
        assertThat(probe.executed).isEmpty();
    }

    @Test
    void failsAgentWhoseExchangeBecomesTooLong() {
        Probe probe = new Probe();
        TurnToolbox toolbox = toolboxAfterCrash(probe, Map.of("1", before()));
        toolbox.call("probe", number(1));
        ObjectNode tooLong = JsonNodeFactory.instance.objectNode().put("text", "x".repeat(1_000));

        assertThatThrownBy(() -> toolbox.call("probe", tooLong))
                .isInstanceOf(AgentFailed.class)
                .hasMessageContaining("longer than 1000 characters");
        assertThat(probe.executed).isEmpty();
    }

    @Test
    void failsAgentThatCallsOtherToolThanBefore() {
        Probe probe = new Probe();
        TurnToolbox toolbox = toolboxAfterCrash(probe, Map.of());

        assertThatThrownBy(() -> toolbox.call("other", number(1)))
                .isInstanceOf(AgentFailed.class)
                .hasMessageContaining("recorded exchange");
        assertThat(probe.executed).isEmpty();
    }

    /** Of a turn that runs here until the test is over, with one recorded round. */
    private TurnToolbox toolboxAfterCrash(Tool tool, Map<String, Toolbox.ToolResult> results) {
        Person person = Person.registered();
        gated.close();
        person.posts("/api/chat", StreamTest.chat("wait", "gated"), "Prefer", "respond-async");
        TurnId turn = new TurnId(UUID.fromString(CancelTest.runningTurn(person)));
        Wait.until(() -> runningTurns.find(turn).isPresent());
        TurnStore.TurnContext opened = runningTurns.find(turn).orElseThrow().context();
        Round recorded = new Round("", List.of(new Round.Call("call_1", "probe", number(1))));
        Exchange exchange =
                new Exchange(
                        Map.of(TurnExchange.ROOT, List.of(recorded)),
                        results,
                        Map.of(),
                        List.of(),
                        List.of(),
                        Optional.empty());
        return new TurnToolbox(
                opened.user(),
                new TurnExchange(opened.fencingToken(), exchange).journal(TurnExchange.ROOT, 1_000),
                Map.of(tool.name(), tool),
                new TurnToolbox.Rules(opened.conversation(), Map.of()),
                toolExecutor,
                approvals,
                event -> {});
    }

    private static Toolbox.ToolResult before() {
        return new Toolbox.ToolResult(true, JsonNodeFactory.instance.textNode("before"));
    }

    private static JsonNode number(int number) {
        return JsonNodeFactory.instance.objectNode().put("number", number);
    }

    private void loseRunner(String turn) {
        database.assignTurn(turn, UUID.randomUUID());
        TurnRecoveryTest.look(rescue);
    }

    /** As it stood when its runner died before the ending was written. */
    private void runAgain(String turn) {
        database.change(
                "delete from messages where turn_id = ?::uuid and role = 'assistant'", turn);
        database.change(
                "update conversations set message_count = 1, version = 0 where id = (select"
                        + " conversation_id from turns where id = ?::uuid)",
                turn);
        database.change(
                """
                update turns set status = 'running', ended_at = null, reply_id = null, version = null,
                    trail = null, runner_id = ? where id = ?::uuid
                """,
                UUID.randomUUID(),
                turn);
    }

    /** A tool that touches nothing. */
    private static final class Probe implements Tool {

        private final List<JsonNode> executed = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "probe";
        }

        @Override
        public String description() {
            return "Returns its arguments.";
        }

        @Override
        public JsonNode parameters() {
            return JsonNodeFactory.instance.objectNode();
        }

        @Override
        public JsonNode execute(UserId user, JsonNode arguments) {
            executed.add(arguments);
            return arguments;
        }
    }

    /** The operator's choice. */
    public static final class Resuming implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.runner.heartbeat-interval",
                    "500ms",
                    "parley.turn.after-crash",
                    "resume",
                    "parley.turn.keep-exchange",
                    "true");
        }
    }
}
