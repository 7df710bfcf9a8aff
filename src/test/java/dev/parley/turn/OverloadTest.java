package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Events;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.Answer;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** More turns than the process takes are refused, before anything is charged. */
@ParleyTest
@TestProfile(OverloadTest.ThreePlaces.class)
class OverloadTest {

    @Inject TestAgents.Gated gated;
    @Inject InFlight inFlight;

    @Test
    void refusesWhatItHasNoPlaceForAndTakesItAfterwards() {
        Person person = Person.registered();
        gated.close();
        var waiting = RescueTest.later(() -> Person.atOnce(3, () -> person.says("wait", "gated")));
        Wait.until(() -> gated.waiting() == 3);

        Answer refused = person.says("hello", "echo");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("overloaded");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
        try (Events stream = Events.ofTurn(person, StreamTest.chat("hello", "echo"))) {
            assertThat(stream.status()).isEqualTo(503);
        }
        assertThat(Postgres.database().used(person.id())).isEqualTo(3);
        gated.open();
        List<Answer> answers = waiting.join();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        Wait.until(() -> inFlight.count() == 0);
        assertThat(person.says("hello", "echo").status()).isEqualTo(200);
    }

    /** Few enough to be filled. */
    public static final class ThreePlaces implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.turn.max-in-flight", "3");
        }
    }
}
