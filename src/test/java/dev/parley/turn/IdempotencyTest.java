package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.background.Deadline;
import dev.parley.background.Job;
import dev.parley.testing.Events;
import dev.parley.testing.Events.Event;
import dev.parley.testing.Inside;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.Answer;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The same request again is the same turn. */
@ParleyTest
class IdempotencyTest {

    private static final String KEY = "Idempotency-Key";

    private final Inside<TestAgents.Gated> gated = Inside.of(TestAgents.Gated.class);
    private final Inside<Instance<Job>> jobs = Inside.all(Job.class);

    @Test
    void givesTheSameTurnBack() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();

        Answer first = asked(person, "hello", key);
        Answer second = asked(person, "hello", key);

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.text("turn_id")).isEqualTo(first.text("turn_id"));
        assertThat(second.reply()).isEqualTo("hello");
        assertThat(Postgres.database().used(person.id())).isEqualTo(1);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void givesTheSameStreamBack() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        String body = StreamTest.chat("20", "talkative");
        List<Event> first;
        try (Events stream = Events.ofTurn(person, body, KEY, key)) {
            first = stream.rest();
        }

        try (Events again = Events.ofTurn(person, body, KEY, key)) {
            List<Event> second = again.rest();
            assertThat(Events.said(second)).isEqualTo(Events.said(first));
            assertThat(second.getLast()).isEqualTo(first.getLast());
        }
        assertThat(Postgres.database().used(person.id())).isEqualTo(1);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void waitsForTheFirstTryWhereItIsStillRunning() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        gated.get().close();
        CompletableFuture<List<Answer>> tries =
                CompletableFuture.supplyAsync(
                        () ->
                                Person.atOnce(
                                        20,
                                        () ->
                                                person.posts(
                                                        "/api/chat",
                                                        StreamTest.chat("wait", "gated"),
                                                        KEY,
                                                        key)),
                        task -> Thread.ofVirtual().start(task));
        Wait.until(() -> gated.get().waiting() == 1);
        gated.get().open();

        assertThat(tries.join())
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200))
                .extracting(answer -> answer.text("turn_id"))
                .containsOnly(tries.join().getFirst().text("turn_id"));
        assertThat(Postgres.database().used(person.id())).isEqualTo(1);
    }

    @Test
    void refusesAnotherRequestUnderTheSameKey() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        asked(person, "hello", key);

        Answer other = asked(person, "good bye", key);

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.code()).isEqualTo("idempotency_key_reused");
        assertThat(Postgres.database().used(person.id())).isEqualTo(1);
    }

    @Test
    void leavesTheKeyUnusedWhereNoTurnWasOpened() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        Postgres.database().leaveQueries(person.id(), 0, 1_000);
        assertThat(asked(person, "hello", key).code()).isEqualTo("quota_exhausted");
        Postgres.database().leaveQueries(person.id(), 5, 1_000);

        assertThat(asked(person, "hello", key).status()).isEqualTo(200);
    }

    @Test
    void isEachUsersOwn() {
        String key = UUID.randomUUID().toString();

        Answer one = asked(Person.registered(), "hello", key);
        Answer other = asked(Person.registered(), "good bye", key);

        assertThat(one.status()).isEqualTo(200);
        assertThat(other.status()).isEqualTo(200);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void isForgottenAfterAWhile() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        String first = asked(person, "hello", key).text("turn_id");
        Postgres.database()
                .change(
                        "update idempotency_keys set created_at = now() - interval '25 hours' where"
                                + " user_id = ?",
                        person.id());

        jobs.get().stream()
                .filter(job -> job.name().equals("forget-idempotency-keys"))
                .findFirst()
                .orElseThrow()
                .run(Deadline.in(Duration.ofSeconds(10)));

        assertThat(asked(person, "hello", key).text("turn_id")).isNotEqualTo(first);
    }

    @Test
    void refusesWhatIsNoKey() {
        Person person = Person.registered();

        assertThat(asked(person, "hello", "k".repeat(256)).code()).isEqualTo("invalid_request");
        assertThat(asked(person, "hello", "k".repeat(255)).status()).isEqualTo(200);
        assertThat(asked(person, "hello", "two\tparts").code()).isEqualTo("invalid_request");
    }

    private static Answer asked(Person person, String message, String key) {
        return person.posts("/api/chat", StreamTest.chat(message, "echo"), KEY, key);
    }
}
