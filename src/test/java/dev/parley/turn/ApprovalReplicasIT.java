package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.Auditor;
import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.Events.Event;
import dev.parley.testing.ModelStub;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Replicas;
import dev.parley.testing.Wait;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Turns that wait for a person, with two real processes on one database: whatever dies meanwhile,
 * one decision holds, and what was approved runs once. The model calls the tool with other
 * arguments each time it is asked ({@link ModelStub#ASKED}), so a turn that asked it again would
 * show.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(ModelStub.COUNTERS)
class ApprovalReplicasIT {

    private static final String MILK = "add milk " + ModelStub.ASKED;

    private OwnPostgres postgres;
    private Replicas replicas;
    private Database database;
    private String token = "";

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        postgres = new OwnPostgres(folder.resolve("data"));
        database = postgres.database();
        replicas =
                new Replicas(
                        postgres.port(),
                        Map.of(
                                "PARLEY_RUNNER_LEASE_DURATION", "3s",
                                "PARLEY_RUNNER_HEARTBEAT_INTERVAL", "500ms",
                                "PARLEY_TURN_AFTER_CRASH", "resume",
                                "PARLEY_TOOLS_ADD_TASK_APPROVAL", "always"));
    }

    @AfterAll
    void stop() throws Exception {
        replicas.close();
        postgres.close();
    }

    @BeforeEach
    void comesIn() {
        ModelStub.forget();
        if (!replicas.first().isAlive()) {
            replicas.restartFirst();
        }
        if (!replicas.second().isAlive()) {
            replicas.restartSecond();
        }
        replicas.first().listening();
        replicas.second().listening();
        token = replicas.newcomer();
    }

    @AfterEach
    void leavesNothingWrong() {
        assertThat(new Auditor(database).findings()).isEmpty();
    }

    @Test
    void oneDecisionHoldsAfterTwoRestartsAndADay() throws Exception {
        List<List<String>> rivals =
                List.of(
                        List.of("approve", "deny"),
                        List.of("approve", "edit"),
                        List.of("deny", "edit"),
                        List.of("deny", "approve"),
                        List.of("edit", "approve"),
                        List.of("edit", "deny"));
        List<String> turns = new ArrayList<>();
        for (int i = 0; i < rivals.size(); i++) {
            turns.add(waitingTurn(replicas.of(i)));
        }
        restartBoth();
        database.change(
                "update turn_approvals set asked_at = asked_at - interval '1 day', expires_at ="
                        + " expires_at - interval '1 day'");
        restartBoth();
        assertThat(open()).hasSize(turns.size());

        for (int i = 0; i < turns.size(); i++) {
            String turn = turns.get(i);
            String asked = argumentsOf(turn);
            List<Callable<ApiResponse>> decisions = new ArrayList<>();
            for (int client = 0; client < 2; client++) {
                ParleyProcess replica = replicas.of(client);
                String decision = rivals.get(i).get(client);
                decisions.add(() -> decide(replica, turn, decision));
            }

            List<ApiResponse> answers = Person.atOnce(decisions);

            assertThat(answers).extracting(ApiResponse::status).containsOnlyOnce(200, 409);
            String held = rivals.get(i).get(answers.get(0).status() == 200 ? 0 : 1);
            Wait.until(() -> database.statusOf(turn).equals("succeeded"));
            assertThat(ranIn(turn))
                    .as(rivals.get(i) + " " + held)
                    .isEqualTo(
                            switch (held) {
                                case "approve" -> List.of(asked);
                                case "edit" -> List.of("{\"title\":\"edited\"}");
                                default -> List.of();
                            });
            assertThat(database.attemptOf(turn)).isEqualTo(2);
        }
        // Each turn asked the model for the call once, and for the reply once
        assertThat(ModelStub.calls()).isEqualTo(2 * turns.size());
        assertThat(open()).isEmpty();
    }

    @Test
    void goesOnWhereItWasDecidedWhileStreamsStayOpen() {
        try (Events asking = begun(replicas.first(), MILK)) {
            String turn = asking.next().orElseThrow().text("turn_id");
            try (Events here = Events.following(replicas.first().port(), token, turn, 0);
                    Events there = Events.following(replicas.second().port(), token, turn, 0)) {
                List<Event> before = new ArrayList<>();
                while (before.stream().noneMatch(e -> e.name().equals("approval.asked"))) {
                    before.add(there.next().orElseThrow());
                }

                assertThat(decide(replicas.second(), turn, "approve").status()).isEqualTo(200);

                List<Event> whole = new ArrayList<>(before);
                whole.addAll(there.rest());
                assertThat(whole)
                        .extracting(Event::name)
                        .containsSubsequence(
                                "approval.asked",
                                "approval.decided",
                                "tool.called",
                                "tool.returned",
                                "turn.succeeded")
                        .containsOnlyOnce("approval.asked", "approval.decided", "tool.called");
                for (Events stream : List.of(asking, here)) {
                    List<Event> rest = stream.rest();
                    assertThat(rest.getLast().name()).isEqualTo("turn.succeeded");
                    assertThat(rest.getLast().id()).isEqualTo(whole.getLast().id());
                }
            }
            assertThat(database.stepsOf(turn)).containsExactly("add_task");
        }
    }

    @Test
    void waitsOnWhereReplicaDiesAfterItAsked() throws Exception {
        try (Events asking = begun(replicas.first(), MILK)) {
            Event event = asking.next().orElseThrow();
            String turn = event.text("turn_id");
            while (!event.name().equals("approval.asked")) {
                event = asking.next().orElseThrow();
            }
            replicas.first().kill();

            decide(replicas.second(), turn, "approve");

            succeedsAsAsked(turn, 2);
        }
    }

    /** Also where the process dies before it has answered: the decision is stored first. */
    @Test
    void goesOnElsewhereWhereReplicaDiesAfterDecision() throws Exception {
        String turn = waitingTurn(replicas.second());

        assertThat(decide(replicas.first(), turn, "approve").status()).isEqualTo(200);
        replicas.first().kill();

        Wait.until(() -> database.statusOf(turn).equals("succeeded"));
        succeedsAsAsked(turn, database.attemptOf(turn));
    }

    /** The replica that stored the decision goes on, or the other one, whose job was first. */
    @Test
    void runsToolOnceWhereReplicaDiesWhileItRuns() throws Exception {
        String turn = waitingTurn(replicas.second());
        ParleyProcess survivor;
        try (Connection holder = database.source().getConnection();
                Statement lock = holder.createStatement()) {
            holder.setAutoCommit(false);
            lock.execute("lock table tasks in share mode");
            decide(replicas.first(), turn, "approve");
            Wait.until(() -> database.waitingForLocks() == 1);

            survivor = replicas.killRunning();

            holder.commit();
        }
        succeedsAsAsked(survivor, turn, 3);
    }

    @Test
    void repeatsNoToolWhereReplicaDiesBeforeTheEnding() throws Exception {
        String turn = waitingTurn(replicas.second(), "think 1500 " + MILK);
        decide(replicas.first(), turn, "approve");
        Wait.until(() -> ModelStub.calls() == 2);
        assertThat(database.stepsOf(turn)).containsExactly("add_task");

        ParleyProcess survivor = replicas.killRunning();

        succeedsAsAsked(survivor, turn, 3);
        // The call is asked for once, the reply twice
        assertThat(ModelStub.calls()).isEqualTo(3);
    }

    private void succeedsAsAsked(String turn, int attempts) {
        succeedsAsAsked(replicas.second(), turn, attempts);
    }

    private void succeedsAsAsked(ParleyProcess survivor, String turn, int attempts) {
        String asked = argumentsOf(turn);
        Wait.until(() -> database.statusOf(turn).equals("succeeded"));
        assertThat(ranIn(turn)).containsExactly(asked);
        assertThat(asked).contains("milk 1");
        assertThat(database.attemptOf(turn)).isEqualTo(attempts);
        assertThat(survivor.get("/api/turns/" + turn, token).reply()).contains("milk 1");
        Wait.until(() -> survivor.metric("parley_turns_in_flight") == 0);
    }

    private void restartBoth() throws Exception {
        replicas.first().kill();
        replicas.second().kill();
        replicas.restartFirst();
        replicas.restartSecond();
        replicas.first().listening();
        replicas.second().listening();
    }

    private String waitingTurn(ParleyProcess replica) {
        return waitingTurn(replica, MILK);
    }

    private String waitingTurn(ParleyProcess replica, String message) {
        ApiResponse waiting =
                replica.post("/api/chat", token, "{\"message\":\"%s\"}".formatted(message));
        assertThat(waiting.text("status")).as(waiting.body()).isEqualTo("waiting");
        return waiting.text("turn_id");
    }

    private Events begun(ParleyProcess replica, String message) {
        return Events.open(
                Events.request(replica.port(), "/api/chat", token)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"message\":\"%s\"}".formatted(message))));
    }

    private ApiResponse decide(ParleyProcess replica, String turn, String decision) {
        return replica.post(
                "/api/turns/%s/steps/1/%s"
                        .formatted(turn, decision.equals("deny") ? "deny" : "approve"),
                token,
                decision.equals("edit") ? "{\"arguments\":{\"title\":\"edited\"}}" : "{}");
    }

    private JsonNode open() {
        return replicas.second().get("/api/approvals", token).json().path("data");
    }

    private String argumentsOf(String turn) {
        return database.texts("select arguments from turn_approvals where turn_id = ?::uuid", turn)
                .getFirst();
    }

    /** The arguments of the tasks that the turn's tool has made. */
    private List<String> ranIn(String turn) {
        return database.texts(
                """
                select s.arguments from turn_steps s join tasks k on k.id = (s.outcome::jsonb ->> 'id')::uuid
                    and k.title = s.arguments::jsonb ->> 'title'
                where s.turn_id = ?::uuid and s.ok
                """,
                turn);
    }
}
