package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The smallest pool there can be, just started, and everybody comes at once. */
@ParleyTest
@TestProfile(SmallPoolTest.TwoConnections.class)
class SmallPoolTest {

    @Test
    void answersFloodOfRequestsWithTwoConnections() {
        List<Person> people =
                IntStream.range(0, 20).mapToObj(number -> Person.registered()).toList();
        List<Callable<ApiResponse>> flood = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            Person person = people.get(i % people.size());
            flood.add(
                    i % 10 == 0
                            ? () -> person.gets("/api/dashboard/stats")
                            : () -> person.says("Add a task: one of many", "offline"));
        }

        List<ApiResponse> answers = Person.atOnce(flood);

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(people.stream().mapToInt(person -> Postgres.database().usedBy(person)).sum())
                .isEqualTo(540);
    }

    /** One to open with, and one for everything else. */
    public static final class TwoConnections implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.datasource.jdbc.max-size", "2",
                    "quarkus.datasource.jdbc.min-size", "0",
                    "quarkus.datasource.jdbc.acquisition-timeout", "60S",
                    "parley.group-commit.queue-timeout", "60s");
        }
    }
}
