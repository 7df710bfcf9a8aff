package dev.parley.turn.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.engine.TurnLimiter;
import dev.parley.turn.web.http.StreamTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A supervised turn whose runner is gone: what its workers have done is not done again. */
@ParleyTest
@TestProfile(SupervisorResumeTest.Resuming.class)
class SupervisorResumeTest {

    @Inject TestAgents.Stepping stepping;
    @Inject TestAgents.Gated gated;
    @Inject TurnLimiter limiter;

    private final Database database = Postgres.database();

    @AfterEach
    void endAll() {
        stepping.open();
        gated.open();
        Wait.until(() -> limiter.count() == 0);
    }

    @Test
    void runsWorkerWithoutResultAgainFromItsOwnRounds() {
        Person person = Person.registered();
        stepping.close();
        int before = stepping.steps();
        try (Events stream =
                Events.ofTurn(
                        person,
                        StreamTest.chat(
                                "offline: Add a task: milk\\nwasteful: fail\\nstepping: tea",
                                "delegating"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            Wait.until(() -> stepping.steps() == before + 1 && results(turn) == 2);

            database.assignTurn(turn, UUID.randomUUID());

            Wait.until(() -> stepping.steps() == before + 2);
            stepping.open();
            Wait.until(() -> database.statusOf(turn).equals("succeeded"));
            assertThat(person.gets("/api/turns/" + turn).reply())
                    .contains("offline succeeded: ")
                    .contains("wasteful failed: I failed")
                    .contains("stepping succeeded: added tea");
            assertThat(person.gets("/api/tasks").json().path("data")).hasSize(2);
            assertThat(
                            database.texts(
                                    "select path || ' ' || tool || ' ' || attempt from turn_steps"
                                            + " where turn_id = ?::uuid order by path",
                                    turn))
                    .containsExactly(
                            "1 delegate 1",
                            "1.1 add_task 1",
                            "2 delegate 1",
                            "3 delegate 2",
                            "3.1 add_task 1",
                            "3.2 add_task 1",
                            "3.3 list_tasks 2");
        }
    }

    /** Also those of workers that have ended before the crash, and do not run again. */
    @Test
    void countsDelegationsOfAllAttempts() {
        Person person = Person.registered();
        stepping.close();
        int before = stepping.steps();
        try (Events stream =
                Events.ofTurn(
                        person,
                        StreamTest.chat(
                                "delegating-worker: echo: one/echo: two\\nthen\\nstepping: tea"
                                        + "\\nthen\\necho: three\\necho: four",
                                "delegating"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            Wait.until(() -> stepping.steps() == before + 1 && results(turn) == 3);

            database.assignTurn(turn, UUID.randomUUID());

            Wait.until(() -> stepping.steps() == before + 2);
            stepping.open();
            Wait.until(() -> database.statusOf(turn).equals("succeeded"));
            assertThat(person.gets("/api/turns/" + turn).reply())
                    .contains("echo succeeded: three")
                    .contains("delegation refused: The turn has no delegation left")
                    .doesNotContain("four");
        }
    }

    /** Otherwise a resumed supervisor could give the steps of a worker to another task. */
    @Test
    void storesRoundBeforeItsWorkersStart() {
        Person person = Person.registered();
        gated.close();
        try (Events stream = Events.ofTurn(person, StreamTest.chat("gated: wait", "delegating"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            Wait.until(() -> gated.waiting() == 1);

            assertThat(
                            database.texts(
                                    "select message from turn_rounds where turn_id = ?::uuid and"
                                            + " path = ''",
                                    turn))
                    .singleElement()
                    .asString()
                    .contains("\"task\":\"wait\"");
        }
    }

    private long results(String turn) {
        return database.count(
                "select count(*) from turn_steps where turn_id = ?::uuid and tool = 'delegate'",
                turn);
    }

    /** The operator's choice, and a catalogue with a supervisor. */
    public static final class Resuming implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> settings =
                    new HashMap<>(new ResumeTest.Resuming().getConfigOverrides());
            settings.put(
                    "parley.agents.\"delegating\".workers",
                    "offline,wasteful,stepping,gated,echo,delegating-worker");
            settings.put("parley.agents.\"delegating-worker\".workers", "echo,gated");
            settings.put("parley.agent.max-delegations", "5");
            return settings;
        }
    }
}
