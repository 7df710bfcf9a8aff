package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.FreePorts;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A model's endpoint that refuses connections, and a process that takes few turns at once. */
@ParleyTest
@TestProfile(UnreachableModelTest.NobodyThere.class)
public class UnreachableModelTest {

    @Test
    void keepsMessageWhereModelIsUnreachable() {
        Person person = Person.registered();

        ApiResponse answer = person.says("hello", "assistant");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("agent_unavailable");
        assertThat(answer.header("Retry-After")).isNotEmpty();
        ApiResponse turn = person.gets("/api/turns/" + answer.text("turn_id"));
        assertThat(turn.text("status")).isEqualTo("failed");
        assertThat(Postgres.database().usedBy(person)).isEqualTo(1);
        assertThat(
                        person.gets(
                                        "/api/conversations/"
                                                + answer.text("conversation_id")
                                                + "/messages")
                                .json()
                                .path("data"))
                .hasSize(1);
    }

    @Test
    void tellsOfFirstTurnOfKeyWhileModelIsKnownToBeAway() {
        Person person = Person.registered();
        String turn = keyed(person).text("turn_id");
        // Until it is not even tried any more
        Wait.until(() -> !person.says("hello", "assistant").body().contains("turn_id"));

        assertThat(keyed(person).text("turn_id")).isEqualTo(turn);
    }

    private static ApiResponse keyed(Person person) {
        return person.posts(
                "/api/chat",
                "{\"message\":\"hello\",\"agent_type\":\"assistant\"}",
                "Idempotency-Key",
                "k");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void refusesTurnsBeyondItsRoomWithoutCharge() {
        Person person = Person.registered();

        var answers = Person.atOnce(6, () -> person.says("1000", "slow"));

        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(3);
        assertThat(answers.stream().filter(answer -> answer.code().equals("overloaded")))
                .hasSize(3);
        assertThat(answers.stream().filter(answer -> answer.status() == 503))
                .allSatisfy(answer -> assertThat(answer.header("Retry-After")).isNotEmpty());
        assertThat(Postgres.database().usedBy(person)).isEqualTo(3);
    }

    /** The address of nobody, and room for three. */
    public static final class NobodyThere implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.model.base-url",
                    "http://127.0.0.1:" + FreePorts.next() + "/v1",
                    "parley.turn.max-in-flight",
                    "3");
        }
    }
}
