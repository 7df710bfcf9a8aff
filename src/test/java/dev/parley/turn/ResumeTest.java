package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Events;
import dev.parley.testing.Events.Event;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Where the operator chose so, a turn whose runner is gone goes on from what its tools have done.
 */
@ParleyTest
@TestProfile(ResumeTest.Resuming.class)
class ResumeTest {

    @Inject TestAgents.Stepping stepping;
    @Inject TestAgents.Gated gated;
    @Inject InFlight inFlight;

    @AfterEach
    void allEnd() {
        stepping.open();
        gated.open();
        Wait.until(() -> inFlight.count() == 0);
    }

    @Test
    void repeatsNoStepAndOpensAnew() {
        Person person = Person.registered();
        stepping.close();
        int before = stepping.steps();
        try (Events stream = Events.ofTurn(person, StreamTest.chat("once", "stepping"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            Wait.until(() -> stepping.steps() == before + 1);

            RescueTest.giveTo(UUID.randomUUID(), turn);

            // The agent begins anew, and is given what it did before
            Wait.until(() -> stepping.steps() == before + 2);
            stepping.open();
            Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("succeeded"));
            assertThat(person.gets("/api/turns/" + turn).reply()).isEqualTo("added once");
            assertThat(person.gets("/api/tasks").json().path("data")).hasSize(1);
            assertThat(
                            Postgres.database()
                                    .texts(
                                            "select tool || ' ' || attempt from turn_steps where"
                                                    + " turn_id = ? order by number",
                                            UUID.fromString(turn)))
                    .containsExactly("add_task 1", "list_tasks 2");
            List<Event> rest = stream.rest();
            assertThat(rest)
                    .filteredOn(event -> event.name().equals("turn.opened"))
                    .singleElement()
                    .satisfies(event -> assertThat(event.id()).isEqualTo(1_000_001L));
            assertThat(rest.getLast().name()).isEqualTo("turn.succeeded");
        }
    }

    @Test
    void tellsAModelWhatItDidBefore() {
        ModelStub.forget();
        Person person = Person.registered();
        String turn = person.says("add milk", "assistant").text("turn_id");
        runsAgain(turn);

        Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("succeeded"));

        assertThat(person.gets("/api/turns/" + turn).reply()).contains("\"title\":\"milk\"");
        assertThat(person.gets("/api/tasks").json().path("data")).hasSize(1);
        // Two calls the first time; the third goes on from the recorded use
        assertThat(ModelStub.calls()).isEqualTo(3);
    }

    @Test
    void triesOnlySoOften() {
        Person person = Person.registered();
        gated.close();
        var waiting = RescueTest.later(() -> person.says("wait", "gated"));
        String turn = CancelTest.runningTurn(person);
        for (int attempt = 2; attempt <= 3; attempt++) {
            int next = attempt;
            RescueTest.giveTo(UUID.randomUUID(), turn);
            Wait.until(() -> attempt(turn) == next);
        }
        RescueTest.giveTo(UUID.randomUUID(), turn);

        Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("interrupted"));
        gated.open();
        assertThat(waiting.join().code()).isEqualTo("turn_interrupted");
        assertThat(
                        Postgres.database()
                                .count(
                                        "select version from conversations where user_id = ?",
                                        person.id()))
                .isEqualTo(1);
    }

    private static long attempt(String turn) {
        return Postgres.database()
                .count("select attempt from turns where id = ?", UUID.fromString(turn));
    }

    /** As it stood when its runner died before the ending was written. */
    private static void runsAgain(String turn) {
        UUID id = UUID.fromString(turn);
        Postgres.database()
                .change(
                        """
                        update turns set status = 'running', ended_at = null, reply_id = null, version = null,
                            trail = null, runner_id = ? where id = ?
                        """,
                        UUID.randomUUID(),
                        id);
        Postgres.database()
                .change("delete from messages where turn_id = ? and role = 'assistant'", id);
        Postgres.database()
                .change(
                        "update conversations set message_count = 1, version = 0 where id = (select"
                                + " conversation_id from turns where id = ?)",
                        id);
    }

    /** The operator's choice. */
    public static final class Resuming implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.runner.lease", "3s",
                    "parley.runner.beat", "500ms",
                    "parley.turn.after-crash", "resume");
        }
    }
}
