package dev.parley.turn.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Events;
import dev.parley.testing.Events.Event;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.TestClock;
import dev.parley.testing.Wait;
import dev.parley.turn.IdempotencyKey;
import dev.parley.turn.engine.TurnLimiter;
import dev.parley.turn.web.http.StreamTest;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same request again is the same turn. */
@ParleyTest
class IdempotencyTest {

    private static final String KEY = "Idempotency-Key";

    private final InProcess<TestAgents.Gated> gated = InProcess.of(TestAgents.Gated.class);
    private final InProcess<TestAgents.Away> away = InProcess.of(TestAgents.Away.class);
    private final InProcess<TurnLimiter> limiter = InProcess.of(TurnLimiter.class);
    private final InProcess<TestClock> clock = InProcess.of(TestClock.class);
    private final InProcess<Instance<Job>> jobs = InProcess.all(Job.class);

    @Test
    void givesSameTurnBackForRepeatedRequest() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();

        ApiResponse first = asked(person, "hello", key);
        ApiResponse second = asked(person, "hello", key);

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.text("turn_id")).isEqualTo(first.text("turn_id"));
        assertThat(second.reply()).isEqualTo("hello");
        assertThat(Postgres.database().usedBy(person)).isEqualTo(1);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void givesSameStreamBackForRepeatedRequest() {
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
        assertThat(Postgres.database().usedBy(person)).isEqualTo(1);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void waitsForFirstTryWhereItIsStillRunning() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        gated.get().close();
        CompletableFuture<List<ApiResponse>> tries =
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
        assertThat(Postgres.database().usedBy(person)).isEqualTo(1);
    }

    @Test
    void refusesAnotherRequestUnderTheSameKey() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        asked(person, "hello", key);

        ApiResponse other = asked(person, "good bye", key);

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.code()).isEqualTo("idempotency_key_reused");
        assertThat(Postgres.database().usedBy(person)).isEqualTo(1);
    }

    @Test
    void leavesKeyUnusedWhereNoTurnWasOpened() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        Postgres.database().leaveQueries(person.id(), 0, 1_000);
        assertThat(asked(person, "hello", key).code()).isEqualTo("quota_exhausted");
        Postgres.database().leaveQueries(person.id(), 5, 1_000);

        assertThat(asked(person, "hello", key).status()).isEqualTo(200);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void leavesKeyUnusedWhereTheAgentWasAway() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        String body = StreamTest.chat("hello", "away");
        away.get().leave();
        ApiResponse refused = person.posts("/api/chat", body, KEY, key);
        away.get().comeBack();

        ApiResponse again = person.posts("/api/chat", body, KEY, key);

        assertThat(refused.code()).isEqualTo("agent_unavailable");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.reply()).isEqualTo("hello");
    }

    @Test
    void takesSameKeyFromTwoUsers() {
        String key = UUID.randomUUID().toString();

        ApiResponse answer = asked(Person.registered(), "hello", key);
        ApiResponse other = asked(Person.registered(), "good bye", key);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(other.status()).isEqualTo(200);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void forgetsKeyAfterADay() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        String first = asked(person, "hello", key).text("turn_id");

        forgetOldKeys(Duration.ofHours(23));
        String beforeADay = asked(person, "hello", key).text("turn_id");
        forgetOldKeys(Duration.ofHours(25));
        String afterADay = asked(person, "hello", key).text("turn_id");

        assertThat(beforeADay).isEqualTo(first);
        assertThat(afterADay).isNotEqualTo(first);
    }

    /** As it is done so much later. */
    private void forgetOldKeys(Duration later) {
        try (PausedJobs _ = PausedJobs.pause();
                TestClock.Moved _ = clock.get().moveBy(later)) {
            jobs.get().stream()
                    .filter(job -> job.name().equals("purge-idempotency-keys"))
                    .findFirst()
                    .orElseThrow()
                    .run(Deadline.in(Duration.ofSeconds(10)));
        }
    }

    /** The process has a place for each turn in flight; a repeated request is none. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void takesNoPlaceForRepeatedRequest() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        asked(person, "hello", key);
        Wait.until(() -> limiter.get().count() == 0);

        asked(person, "hello", key);

        assertThat(limiter.get().count()).isZero();
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void givesSameTurnBackWhileItsAgentIsAway() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        String body = StreamTest.chat("hello", "away");
        ApiResponse first = person.posts("/api/chat", body, KEY, key);
        away.get().leave();

        ApiResponse second = person.posts("/api/chat", body, KEY, key);

        away.get().comeBack();
        assertThat(second.text("turn_id")).isEqualTo(first.text("turn_id"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"message", "conversation_id", "agent_type", "when_busy", "on_disconnect"})
    void refusesRequestUnderTheSameKeyThatDiffersInOneField(String field) {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        ObjectNode request =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("message", "hello")
                        .put("conversation_id", conversation(person))
                        .put("agent_type", "echo")
                        .put("when_busy", "reject")
                        .put("on_disconnect", "continue");
        Map<String, String> entries =
                Map.of(
                        "message", "good bye",
                        "conversation_id", conversation(person),
                        "agent_type", "offline",
                        "when_busy", "enqueue",
                        "on_disconnect", "cancel");
        assertThat(person.posts("/api/chat", request.toString(), KEY, key).status()).isEqualTo(200);

        request.put(field, entries.get(field));
        ApiResponse other = person.posts("/api/chat", request.toString(), KEY, key);

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.code()).isEqualTo("idempotency_key_reused");
    }

    private static String conversation(Person person) {
        return person.says("begin", "echo").text("conversation_id");
    }

    /** Two fields are no other two that read the same. */
    @Test
    void tellsRequestsApartWhoseFieldsRunTogetherAlike() {
        IdempotencyKey idempotencyKey = IdempotencyKey.of("key", List.of("a", "bc"));

        assertThat(
                        idempotencyKey
                                .hash()
                                .matches(IdempotencyKey.of("key", List.of("ab", "c")).hash()))
                .isFalse();
        assertThat(
                        idempotencyKey
                                .hash()
                                .matches(IdempotencyKey.of("key", List.of("a", "bc")).hash()))
                .isTrue();
    }

    /** An obedient client would repeat the request until its key is forgotten. */
    @Test
    void doesNotInviteToRepeatRequestWhoseTurnHasEnded() {
        Person person = Person.registered();
        String key = UUID.randomUUID().toString();
        String turn = asked(person, "hello", key).text("turn_id");
        Postgres.database()
                .change(
                        "update turns set status = 'interrupted', error_code = 'turn_interrupted',"
                                + " error_detail = 'The turn was interrupted.' where id = ?",
                        UUID.fromString(turn));

        ApiResponse replay = asked(person, "hello", key);

        assertThat(replay.code()).isEqualTo("turn_interrupted");
        assertThat(replay.text("detail"))
                .isEqualTo(
                        "The turn was interrupted. This is the end of the turn of this"
                                + " Idempotency-Key; send the message with another key to try"
                                + " again.");
        assertThat(replay.header("Retry-After")).isEmpty();
    }

    @Test
    void refusesWhatIsNoKey() {
        Person person = Person.registered();

        assertThat(asked(person, "hello", "k".repeat(256)).code()).isEqualTo("invalid_request");
        assertThat(asked(person, "hello", "k".repeat(255)).status()).isEqualTo(200);
        assertThat(asked(person, "hello", "two\tparts").code()).isEqualTo("invalid_request");
    }

    private static ApiResponse asked(Person person, String message, String key) {
        return person.posts("/api/chat", StreamTest.chat(message, "echo"), KEY, key);
    }
}
