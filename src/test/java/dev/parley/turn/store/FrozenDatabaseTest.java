package dev.parley.turn.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A database that freezes for longer than a transaction may take, and thaws. */
@ParleyTest
@ExpectedErrors("The job .+ failed") // The database is made to fail
@TestProfile(FrozenDatabaseTest.ShortTransactions.class)
class FrozenDatabaseTest {

    @Inject TestAgents.Gated gated;

    @AfterEach
    void mend() {
        gated.open();
        Postgres.proxy().behave();
    }

    @Test
    void keepsAnswerThatWasGivenWhileTheDatabaseWasFrozen() {
        Person person = Person.registered();
        gated.close();
        CompletableFuture<ApiResponse> answer =
                CompletableFuture.supplyAsync(
                        () -> person.says("hello", "gated"),
                        task -> Thread.ofVirtual().start(task));
        Wait.until(() -> gated.waiting() == 1);

        Postgres.proxy().freeze();
        gated.open();
        ApiResponse refused = person.gets("/api/tasks");
        Postgres.proxy().thaw();

        assertThat(refused.status()).as(refused.toString()).isEqualTo(503);
        assertThat(answer.join().reply()).isEqualTo("let go");
        assertThat(Postgres.database().usedBy(person)).isEqualTo(1);
        assertThat(Postgres.database().turnsOf(person)).isEqualTo(1);
        assertThat(Postgres.database().turnsOf(person, "succeeded")).isEqualTo(1);
    }

    /** So that the freeze need not last. */
    public static final class ShortTransactions implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.transaction-manager.default-transaction-timeout", "2S",
                    "quarkus.datasource.jdbc.additional-jdbc-properties.socketTimeout", "4");
        }
    }
}
