package dev.parley.turn.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.recovery.TurnRecoveryTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Turns with long histories are refused before they fill the heap, and before any charge. */
@ParleyTest
@TestProfile(MemoryLimitTest.LittleMemory.class)
class MemoryLimitTest {

    private static final int PEOPLE = 24;

    /** With each echo, a conversation grows by twice this much, in Latin-1. */
    private static final String LONG_MESSAGE = "a".repeat(31_000);

    private static final int MESSAGES = 3;

    @Inject TurnMemory memory;
    @Inject TestAgents.Gated gated;

    @Test
    void refusesTurnsAtOnceWhoseHistoriesDoNotFit() {
        List<Person> people =
                IntStream.range(0, PEOPLE).mapToObj(_ -> Person.registered()).toList();
        List<String> conversations = people.stream().map(MemoryLimitTest::longChat).toList();
        Wait.until(() -> memory.utilization() == 0);
        gated.close();

        AtomicInteger answered = new AtomicInteger();
        List<Callable<ApiResponse>> questions =
                IntStream.range(0, PEOPLE)
                        .<Callable<ApiResponse>>mapToObj(i ->
                                () -> {
                                    ApiResponse answer =
                                            people.get(i)
                                                    .says("and?", "gated", conversations.get(i));
                                    answered.incrementAndGet();
                                    return answer;
                                })
                        .toList();
        var turns = TurnRecoveryTest.later(() -> Person.atOnce(questions));
        Wait.until(() -> gated.waiting() + answered.get() == PEOPLE);

        int admitted = gated.waiting();
        assertThat(admitted).isBetween(1, 9);
        assertThat(memory.utilization()).isBetween(0.1, 1.0);
        gated.open();
        assertThat(turns.join())
                .allSatisfy(answer -> assertThat(answer.status()).isIn(200, 503))
                .filteredOn(answer -> answer.status() == 503)
                .hasSize(PEOPLE - admitted)
                .allSatisfy(answer -> {
                    assertThat(answer.code()).isEqualTo("overloaded");
                    assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
                });
        assertThat(people.stream().mapToInt(Postgres.database()::usedBy).sum())
                .isEqualTo(PEOPLE * MESSAGES + admitted);
        Wait.until(() -> memory.utilization() == 0);
        assertThat(people.getFirst().says("hello", "echo").status()).isEqualTo(200);
    }

    private static String longChat(Person person) {
        String conversation = person.says(LONG_MESSAGE, "echo").text("conversation_id");
        for (int message = 2; message <= MESSAGES; message++) {
            person.says(LONG_MESSAGE, "echo", conversation);
        }
        return conversation;
    }

    public static final class LittleMemory implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.turn.max-memory", "2560K");
        }
    }
}
