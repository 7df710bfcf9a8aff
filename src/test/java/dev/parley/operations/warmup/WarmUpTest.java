package dev.parley.operations.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.Readiness;
import org.junit.jupiter.api.Test;

/** What is rehearsed before anybody comes leaves nothing behind. */
@ParleyTest
class WarmUpTest {

    @Inject @Readiness WarmUp warmUp;

    @Test
    void rehearsesTurnsAndLeavesNothing() {
        Wait.until(() -> warmUp.call().await().indefinitely().getStatus() == Status.UP);

        assertThat(warmUp.rounds()).isEqualTo(3);
        assertThat(
                        Postgres.database()
                                .count("select count(*) from accounts where username like '~%'"))
                .isZero();
        assertThat(
                        Postgres.database()
                                .count(
                                        "select count(*) from turns where user_id not in (select id"
                                                + " from accounts)"))
                .isZero();
    }
}
