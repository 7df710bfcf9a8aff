package dev.parley.turn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A supervisor that needs no model. */
@ParleyTest
@TestProfile(OfflineSupervisorTest.Supervised.class)
class OfflineSupervisorTest {

    @Test
    void givesMessageToEachWorkerAndPutsRepliesTogether() {
        ApiResponse answer = Person.registered().says("hello", "offline");

        assertThat(answer.reply())
                .isEqualTo(
                        """
                        ## echo

                        hello

                        ## wasteful

                        That did not work: I failed

                        ## counting

                        1 from hello\
                        """);
    }

    @Test
    void givesStartOfLongMessage() {
        String longMessage = "x".repeat(7_999) + "\uD83D\uDE80" + "y".repeat(1_000);

        ApiResponse answer = Person.registered().says(longMessage, "offline");

        assertThat(answer.reply()).startsWith("## echo\n\n" + "x".repeat(7_999) + "\n");
    }

    /** A catalogue in which the offline assistant is a supervisor. */
    public static final class Supervised implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.agents.\"offline\".workers", "echo,wasteful,counting");
        }
    }
}
