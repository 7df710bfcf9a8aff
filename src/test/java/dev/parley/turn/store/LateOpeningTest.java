package dev.parley.turn.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.SlowTurns;
import dev.parley.turn.recovery.TurnRecoveryTest;
import io.quarkus.test.junit.TestProfile;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A turn that waits too long for its transaction is refused, and never opened afterwards. */
@ParleyTest
@TestProfile(TurnCostTest.WithoutValidation.class)
class LateOpeningTest {

    @Test
    void refusesTurnThatWaitsTooLongAndOpensItNeverAfter() {
        Person first = Person.registered();
        Person late = Person.registered();
        CompletableFuture<ApiResponse> opened;
        ApiResponse refused;
        try (SlowTurns turns = SlowTurns.toOpen()) {
            opened = TurnRecoveryTest.later(() -> first.says("first", "echo"));
            turns.atWork();
            refused = late.says("hello", "echo");
        }

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("overloaded");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
        assertThat(opened.join().status()).isEqualTo(200);
        // Behind the one that was given up
        assertThat(late.says("again", "echo").status()).isEqualTo(200);
        assertThat(Postgres.database().usedBy(late)).isEqualTo(1);
        assertThat(Postgres.database().turnsOf(late)).isEqualTo(1);
    }
}
