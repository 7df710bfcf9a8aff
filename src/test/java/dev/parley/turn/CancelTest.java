package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Events;
import dev.parley.testing.Inside;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.Answer;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cancelling stops the work, and harms nothing where there is none left. */
@ParleyTest
class CancelTest {

    private final Inside<TestAgents.Deaf> deaf = Inside.of(TestAgents.Deaf.class);
    private final Inside<TestAgents.Gated> gated = Inside.of(TestAgents.Gated.class);
    private final Inside<InFlight> inFlight = Inside.of(InFlight.class);

    @BeforeEach
    void forget() {
        ModelStub.forget();
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void closesTheConnectionToTheModelAndKeepsWhatWasWritten() throws Exception {
        Person person = Person.registered();
        try (Events stream =
                Events.ofTurn(person, StreamTest.chat(ModelStub.HANG_IN_THE_MIDDLE, "assistant"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            assertThat(stream.next().orElseThrow().text("delta")).isEqualTo("hm");

            Answer cancelled = person.posts("/api/turns/" + turn + "/cancel", "");

            assertThat(cancelled.status()).isEqualTo(200);
            assertThat(cancelled.text("status")).isEqualTo("cancelled");
            assertThat(cancelled.reply()).isEqualTo("hm");
            assertThat(cancelled.json().path("error").path("code").asText())
                    .isEqualTo("turn_cancelled");
            assertThat(ModelStub.sawConnectionClosed(ModelStub.HANG_IN_THE_MIDDLE)).isTrue();
            assertThat(stream.rest())
                    .singleElement()
                    .satisfies(last -> {
                        assertThat(last.name()).isEqualTo("turn.cancelled");
                        assertThat(last.data().path("reply").path("content").asText())
                                .isEqualTo("hm");
                    });
            assertThat(person.posts("/api/turns/" + turn + "/cancel", "").json())
                    .isEqualTo(cancelled.json());
        }
        Wait.until(() -> inFlight.get().count() == 0);
    }

    @Test
    void closesTheConnectionBeforeTheModelHasSaidAnything() throws Exception {
        Person person = Person.registered();
        try (Events stream =
                Events.ofTurn(person, StreamTest.chat(ModelStub.NOTHING, "assistant"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            Wait.until(() -> ModelStub.calls() == 1);

            Answer cancelled = person.posts("/api/turns/" + turn + "/cancel", "");

            assertThat(cancelled.text("status")).isEqualTo("cancelled");
            assertThat(cancelled.json().has("reply")).isFalse();
            assertThat(ModelStub.sawConnectionClosed(ModelStub.NOTHING)).isTrue();
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void isToldToTheCallerWhoWaitsForJson() {
        Person person = Person.registered();
        gated.get().close();
        CompletableFuture<Answer> waiting =
                CompletableFuture.supplyAsync(
                        () -> person.says("wait", "gated"), task -> Thread.ofVirtual().start(task));
        String turn = runningTurn(person);

        person.posts("/api/turns/" + turn + "/cancel", "");

        assertThat(waiting.join().status()).isEqualTo(409);
        assertThat(waiting.join().code()).isEqualTo("turn_cancelled");
        assertThat(waiting.join().text("turn_id")).isEqualTo(turn);
    }

    @Test
    void harmsNothingAfterTheEnd() {
        Person person = Person.registered();
        Answer answer = person.says("hello", "echo");

        Answer cancelled = person.posts("/api/turns/" + answer.text("turn_id") + "/cancel", "");

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.text("status")).isEqualTo("succeeded");
        assertThat(cancelled.json().path("version").asLong()).isEqualTo(1);
    }

    @Test
    void isNobodyElses() {
        String turn = Person.registered().says("hello", "echo").text("turn_id");

        Answer foreign = Person.registered().posts("/api/turns/" + turn + "/cancel", "");

        assertThat(foreign.status()).isEqualTo(404);
    }

    /** An agent that does not listen holds up nobody but itself. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void endsTheTurnOfAnAgentThatDoesNotListen() {
        Person person = Person.registered();
        try (Events stream = Events.ofTurn(person, StreamTest.chat("hello", "deaf"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            stream.next();

            person.posts("/api/turns/" + turn + "/cancel", "");

            Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("cancelled"));
            assertThat(person.gets("/api/turns/" + turn).reply()).isEqualTo("I do not ");
            deaf.get().wake();
            assertThat(stream.rest())
                    .singleElement()
                    .extracting(Events.Event::name)
                    .isEqualTo("turn.cancelled");
            Wait.until(() -> inFlight.get().count() == 0);
            assertThat(person.gets("/api/turns/" + turn).reply()).isEqualTo("I do not ");
            assertThat(
                            Postgres.database()
                                    .count(
                                            "select version from conversations where user_id = ?",
                                            person.id()))
                    .isEqualTo(1);
        }
    }

    /** What many users stop is no failure of the model's: its circuit stays closed. */
    @Test
    void doesNotShutTheModelToOthers() {
        Person person = Person.registered();
        for (int i = 0; i < 25; i++) {
            try (Events stream =
                    Events.ofTurn(
                            person, StreamTest.chat(ModelStub.HANG_IN_THE_MIDDLE, "assistant"))) {
                String turn = stream.next().orElseThrow().text("turn_id");
                stream.next();
                person.posts("/api/turns/" + turn + "/cancel", "");
            }
        }

        assertThat(person.says("hello", "assistant").status()).isEqualTo(200);
    }

    static String runningTurn(Person person) {
        return Wait.forText(() ->
                Postgres.database()
                        .texts(
                                "select id from turns where user_id = ? and status = 'running'",
                                person.id()));
    }
}
