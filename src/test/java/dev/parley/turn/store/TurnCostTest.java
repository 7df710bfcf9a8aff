package dev.parley.turn.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What a turn costs the database, counted on the wire, so that nobody adds a round trip without
 * noticing.
 */
@ParleyTest
@TestProfile(TurnCostTest.WithoutValidation.class)
class TurnCostTest {

    private static final int TIMES = 5;

    @Test
    void waitsForDatabaseEightTimesATurn() {
        Person person = Person.registered();
        String conversation = person.says("one", "echo").text("conversation_id");

        // docs/performance.md names them: 1 for the caller's account, 4 to open, 3 to settle
        assertThat(roundTrips(() -> person.says("two", "echo", conversation))).isEqualTo(8);
    }

    @Test
    void waitsForDatabaseOnceMoreWhereTheAgentHasCalledModel() {
        Person person = Person.registered();
        String conversation = person.says("one", "assistant").text("conversation_id");

        assertThat(roundTrips(() -> person.says("two", "assistant", conversation))).isEqualTo(9);
    }

    @Test
    void readsDashboardInOneRoundTrip() {
        Person person = Person.registered();
        person.gets("/api/dashboard/stats");

        // The caller's account, and the statement; each commits
        assertThat(roundTrips(() -> person.gets("/api/dashboard/stats"))).isEqualTo(2);
    }

    /** The least of several times: jobs of the application may add to some. */
    private static long roundTrips(Runnable work) {
        return IntStream.range(0, TIMES)
                .mapToLong(_ -> {
                    long before = Postgres.proxy().roundTrips();
                    work.run();
                    return Postgres.proxy().roundTrips() - before;
                })
                .min()
                .orElseThrow();
    }

    /**
     * Whether a connection is looked at before it is used depends on how long it lay idle: not
     * here. A turn waits half a second for its transaction: short enough for {@link
     * LateOpeningTest}.
     */
    public static final class WithoutValidation implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.datasource.jdbc.foreground-validation-interval", "1H",
                    "quarkus.datasource.jdbc.background-validation-interval", "1H",
                    "parley.group-commit.queue-timeout", "500ms");
        }
    }
}
