package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Events;
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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Turns whose runner is gone end, and what a runner writes that has lost them does not count. */
@ParleyTest
@TestProfile(RescueTest.ShortLease.class)
class RescueTest {

    @Inject TestAgents.Gated gated;
    @Inject TestAgents.Stepping stepping;
    @Inject InFlight inFlight;

    @AfterEach
    void allEnd() {
        gated.open();
        stepping.open();
        Wait.until(() -> inFlight.count() == 0);
    }

    @Test
    void endsATurnWhoseRunnerIsGoneAndTellsItsUser() {
        Person person = Person.registered();
        gated.close();
        CompletableFuture<Person.Answer> waiting = later(() -> person.says("wait", "gated"));
        String turn = CancelTest.runningTurn(person);

        giveTo(UUID.randomUUID(), turn);

        Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("interrupted"));
        assertThat(
                        Postgres.database()
                                .texts(
                                        "select kind || ' ' || turn_id from notifications where"
                                                + " user_id = ?",
                                        person.id()))
                .containsExactly("turn_interrupted " + turn);
        gated.open();
        // What its runner settles now does not count; its caller is told what does
        assertThat(waiting.join().status()).isEqualTo(503);
        assertThat(waiting.join().code()).isEqualTo("turn_interrupted");
        assertThat(messages(person)).containsExactly("wait");
        assertThat(version(person)).isEqualTo(1);
        assertThat(person.gets("/api/dashboard/stats").json().path("unread_notifications").asInt())
                .isEqualTo(1);
    }

    @Test
    void endsATurnThatItsOwnRunnerDoesNotKnow() {
        Person person = Person.registered();
        String conversation = person.says("hello", "echo").text("conversation_id");
        String turn = UUID.randomUUID().toString();
        Postgres.database()
                .change(
                        """
                        insert into turns (id, user_id, conversation_id, agent_type, status, started_at, runner_id)
                        select ?, user_id, conversation_id, agent_type, 'running', now(), runner_id from turns
                        where user_id = ?
                        """,
                        UUID.fromString(turn),
                        person.id());

        Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("interrupted"));

        assertThat(person.says("again", "echo", conversation).status()).isEqualTo(200);
    }

    @Test
    void endsAsCancelledWhatWasToBeCancelled() {
        Person person = Person.registered();
        gated.close();
        CompletableFuture<Person.Answer> waiting = later(() -> person.says("wait", "gated"));
        String turn = CancelTest.runningTurn(person);

        Postgres.database()
                .change(
                        "update turns set runner_id = ?, cancel_requested_at = now() where id = ?",
                        UUID.randomUUID(),
                        UUID.fromString(turn));

        Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("cancelled"));
        gated.open();
        assertThat(waiting.join().code()).isEqualTo("turn_cancelled");
        assertThat(
                        Postgres.database()
                                .count(
                                        "select count(*) from notifications where user_id = ?",
                                        person.id()))
                .isZero();
    }

    @Test
    void hearsOfAWishToCancelByItselfWhereTheLetterIsLost() {
        Person person = Person.registered();
        gated.close();
        CompletableFuture<Person.Answer> waiting = later(() -> person.says("wait", "gated"));
        String turn = CancelTest.runningTurn(person);

        Postgres.database()
                .change(
                        "update turns set cancel_requested_at = now() where id = ?",
                        UUID.fromString(turn));

        assertThat(waiting.join().code()).isEqualTo("turn_cancelled");
    }

    @Test
    void movesALineThatStandsStill() {
        Person person = Person.registered();
        String conversation = person.says("hello", "echo").text("conversation_id");
        String turn = UUID.randomUUID().toString();
        Postgres.database()
                .change(
                        """
                        insert into turns (id, user_id, conversation_id, agent_type, status, started_at, runner_id, position)
                        values (?, ?, ?, 'echo', 'queued', now(), ?, 3)
                        """,
                        UUID.fromString(turn),
                        person.id(),
                        UUID.fromString(conversation),
                        UUID.randomUUID());
        Postgres.database()
                .change(
                        """
                        insert into messages (id, conversation_id, turn_id, position, role, content, created_at)
                        values (?, ?, ?, 3, 'user', 'left behind', now())
                        """,
                        UUID.randomUUID(),
                        UUID.fromString(conversation),
                        UUID.fromString(turn));
        Postgres.database()
                .change(
                        "update conversations set message_count = 3 where id = ?",
                        UUID.fromString(conversation));

        Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("succeeded"));

        assertThat(person.gets("/api/turns/" + turn).reply()).isEqualTo("left behind");
    }

    /** The tool's work and its record are undone together. */
    @Test
    void undoesAToolOfATurnThatWasTakenOver() {
        Person person = Person.registered();
        stepping.close();
        int before = stepping.steps();
        try (Events stream = Events.ofTurn(person, StreamTest.chat("first", "stepping"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            Wait.until(() -> stepping.steps() == before + 1);
            assertThat(steps(turn)).containsExactly("add_task");
            giveTo(UUID.randomUUID(), turn);
            stepping.open();

            Wait.until(
                    () -> person.gets("/api/turns/" + turn).text("status").equals("interrupted"));
            assertThat(steps(turn)).containsExactly("add_task");
            assertThat(person.gets("/api/turns/" + turn).json().has("reply")).isFalse();
        }
    }

    private static List<String> steps(String turn) {
        return Postgres.database()
                .texts(
                        "select tool from turn_steps where turn_id = ? order by number",
                        UUID.fromString(turn));
    }

    static void giveTo(UUID runner, String turn) {
        Postgres.database()
                .change(
                        "update turns set runner_id = ? where id = ?",
                        runner,
                        UUID.fromString(turn));
    }

    private static List<String> messages(Person person) {
        return Postgres.database()
                .texts(
                        """
                        select content from messages m join turns t on t.id = m.turn_id
                        where t.user_id = ? order by m.position
                        """,
                        person.id());
    }

    private static long version(Person person) {
        return Postgres.database()
                .count("select version from conversations where user_id = ?", person.id());
    }

    static <T> CompletableFuture<T> later(java.util.function.Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }

    /** Nobody wants to wait for thirty seconds here; what is waited for is the same. */
    public static final class ShortLease implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.runner.lease", "3s", "parley.runner.beat", "500ms");
        }
    }
}
