package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.Events;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@ParleyTest
class TurnTest {

    @Test
    void replyOfAgentWithoutModelIsComplete() {
        ApiResponse answer = Person.registered().says("hello", "offline");

        assertThat(answer.json().path("finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void answersTurnWithReplyAndVersion() {
        ApiResponse answer = Person.registered().says("hello", "echo");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.reply()).isEqualTo("hello");
        assertThat(answer.text("status")).isEqualTo("succeeded");
        assertThat(answer.json().path("version").asLong()).isEqualTo(1);
        assertThat(answer.json().path("usage").path("input_tokens").isNumber()).isTrue();
        assertThat(answer.json().path("elapsed_ms").isNumber()).isTrue();
        assertThat(UUID.fromString(answer.text("turn_id")).version()).isEqualTo(7);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void goesOnWithConversationOfEarlierTurn() {
        Person person = Person.registered();
        String conversation = person.says("one", "echo").text("conversation_id");

        ApiResponse second = person.says("two", "counting", conversation);

        assertThat(second.text("conversation_id")).isEqualTo(conversation);
        assertThat(second.reply()).isEqualTo("3 from one");
        assertThat(second.json().path("version").asLong()).isEqualTo(2);
    }

    @Test
    void asksAgentOfConversationWhereNoneIsNamed() {
        Person person = Person.registered();
        String conversation = person.says("one", "echo").text("conversation_id");

        ApiResponse second =
                person.posts(
                        "/api/chat",
                        "{\"message\":\"two\",\"conversation_id\":\"%s\"}".formatted(conversation));

        assertThat(second.reply()).isEqualTo("two");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void briefsAgentWithTheLatestFiftyMessages() {
        Person person = Person.registered();
        String conversation = person.says("m1", "echo").text("conversation_id");
        for (int i = 2; i <= 30; i++) {
            person.says("m" + i, "echo", conversation);
        }

        ApiResponse answer = person.says("m31", "counting", conversation);

        // 61 messages with this one: the oldest of the latest fifty is the reply to the sixth,
        // which is left out because its message is not among them
        assertThat(answer.reply()).isEqualTo("49 from m7");
    }

    @Test
    void showsTurnThatHasEnded() {
        Person person = Person.registered();
        ApiResponse answer = person.says("hello", "echo");

        ApiResponse turn = person.gets("/api/turns/" + answer.text("turn_id"));

        assertThat(turn.status()).isEqualTo(200);
        assertThat(turn.reply()).isEqualTo("hello");
        assertThat(turn.text("status")).isEqualTo("succeeded");
        assertThat(turn.text("agent_type")).isEqualTo(InProcess.echo());
        assertThat(turn.text("started_at")).endsWith("Z");
        assertThat(turn.text("ended_at")).endsWith("Z");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void showsTurnThatRuns() throws Exception {
        Person person = Person.registered();
        Thread caller = Thread.ofVirtual().start(() -> person.says("2000", "slow"));

        String turn = Wait.forText(() -> Postgres.database().turnIdsOf(person, "running"));
        ApiResponse running = person.gets("/api/turns/" + turn);

        assertThat(running.text("status")).isEqualTo("running");
        assertThat(running.json().has("reply")).isFalse();
        assertThat(running.json().has("ended_at")).isFalse();
        caller.join();
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void finishesTurnWhoseClientHasGone() throws Exception {
        Person person = Person.registered();
        Thread impatient =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                person.says("1500", "slow");
                            } catch (IllegalStateException failure) {
                                // Its connection is closed by the interrupt: this client has gone
                            }
                        });
        Wait.forText(() -> Postgres.database().turnIdsOf(person, "running"));

        impatient.interrupt();
        impatient.join();

        Wait.until(() -> Postgres.database().turnsOf(person, "succeeded") == 1);
        assertThat(Postgres.database().messagesOf(person)).containsExactly("1500", "at last");
    }

    /** As the fault tolerance throws it where the limit and the agent's own end meet. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void endsTurnAsTimedOutWhoseAgentWasInterrupted() {
        ApiResponse answer = Person.registered().says("hello", "interrupted");

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.code()).isEqualTo("agent_timeout");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @ExpectedErrors("agent broken failed unexpectedly")
    @Test
    void endsTurnAsFailedWhoseAgentBreaks() {
        Person person = Person.registered();

        ApiResponse answer = person.says("hello", "broken");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.code()).isEqualTo("internal_error");
        assertThat(answer.body()).doesNotContain("UnsupportedOperation").doesNotContain("a bug");
        ApiResponse turn = person.gets("/api/turns/" + answer.text("turn_id"));
        assertThat(turn.text("status")).isEqualTo("failed");
        assertThat(turn.json().path("error").path("code").asText()).isEqualTo("internal_error");
        assertThat(turn.json().path("version").asLong()).isEqualTo(1);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void keepsUsageAndWhatWasSaidOfTurnThatFails() {
        Person person = Person.registered();

        ApiResponse answer = person.says("hello", "wasteful");

        assertThat(answer.code()).isEqualTo("agent_failed");
        String turn = answer.text("turn_id");
        JsonNode usage = person.gets("/api/turns/" + turn).json().path("usage");
        assertThat(usage.path("input_tokens").asInt()).isEqualTo(3);
        assertThat(usage.path("output_tokens").asInt()).isEqualTo(5);
        try (Events stream = Events.following(person, turn, 0)) {
            assertThat(Events.said(stream.rest())).isEqualTo("To begin with");
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void storesReplacementCharactersForWhatPostgresCannotKeep() {
        ApiResponse answer = Person.registered().says("hello", "unstorable");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.reply()).isEqualTo("nul \uFFFD and half a pair \uFFFD");
    }

    @Test
    void openApiListsStatusesOfTurn() {
        JsonNode schemas =
                Person.send("GET", "/q/openapi?format=json", null, null)
                        .json()
                        .path("components")
                        .path("schemas");

        assertThat(schemas.path("TurnStatus").path("enum").valueStream().map(JsonNode::asText))
                .containsExactlyInAnyOrder(
                        "queued",
                        "running",
                        "waiting",
                        "steered",
                        "succeeded",
                        "failed",
                        "timed_out",
                        "cancelled",
                        "interrupted");
        assertThat(schemas.at("/Turn/properties/status").toString())
                .contains("#/components/schemas/TurnStatus");
    }

    @Test
    void namesKnownAgentsWhereTheAskedOneIsUnknown() {
        ApiResponse answer = Person.registered().says("hello", "nobody");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("invalid_request");
        assertThat(answer.text("detail")).contains("assistant").contains("offline");
    }
}
