package dev.parley.turn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.platform.database.ConnectionTracker;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** G1: while an agent thinks, its turn holds no connection, no transaction, no lock. */
@ParleyTest
class ConnectionHoldGuardTest {

    private static final int MANY = 200;
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(1);

    @Inject AgroalDataSource pool;
    @Inject ConnectionTracker connections;
    @Inject MeterRegistry meters;
    @Inject TestAgents.Gated gated;
    @Inject TurnLimiter limiter;
    @Inject ConnectionHoldGuard holdGuard;

    /**
     * No connection is taken from the first look to the last, however short; nor is one held. Jobs
     * would take some: they are paused.
     */
    @Test
    void holdsNoConnectionWhileManyTurnsWait() throws Exception {
        Person person = Person.registered();
        gated.close();
        Thread callers =
                Thread.ofVirtual()
                        .start(() -> Person.atOnce(MANY, () -> person.says("wait", "gated")));
        Wait.until(() -> gated.waiting() == MANY);
        try (PausedJobs _ = PausedJobs.pause()) {
            Wait.until(() -> pool.getMetrics().activeCount() == 0);
            long taken = pool.getMetrics().acquireCount();

            long began = System.nanoTime();
            while (System.nanoTime() - began < LONG_ENOUGH.toNanos()) {
                assertThat(connections.checkouts()).isEmpty();
                assertThat(Postgres.database().idleInTransaction()).isZero();
            }

            assertThat(pool.getMetrics().acquireCount()).isEqualTo(taken);
            assertThat(gated.waiting()).isEqualTo(MANY);
        }
        gated.open();
        callers.join();
        Wait.until(() -> limiter.count() == 0);
    }

    @ExpectedErrors({"Guarantee G1 is violated", "agent holding-.* failed unexpectedly"})
    @Test
    void failsTurnWhoseAgentHoldsTransaction() {
        double before = found();

        ApiResponse answer = Person.registered().says("hello", "holding-transaction");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(found()).isEqualTo(before + 1);
    }

    @ExpectedErrors({"Guarantee G1 is violated", "agent holding-.* failed unexpectedly"})
    @Test
    void failsTurnWhoseAgentTakesConnection() {
        double before = found();

        ApiResponse answer = Person.registered().says("hello", "holding-connection");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(found()).isEqualTo(before + 1);
        Wait.until(() -> pool.getMetrics().activeCount() == 0);
    }

    @ExpectedErrors({"Guarantee G1 is violated", "agent holding-.* failed unexpectedly"})
    @Test
    void countsConnectionThatAgentHeldWhereItFailed() {
        double before = found();

        Person.registered().says("hello", "holding-and-failing");

        assertThat(found()).isEqualTo(before + 1);
    }

    @ExpectedErrors("Guarantee G1 is violated")
    @Test
    void failsToolThatKeepsConnection() throws SQLException {
        double before = found();
        AtomicReference<Connection> kept = new AtomicReference<>();

        assertThatThrownBy(() -> holdGuard.whileInTool("keeping", () -> kept(kept)))
                .hasMessageContaining("tool keeping kept a connection");

        assertThat(found()).isEqualTo(before + 1);
        kept.get().close();
    }

    private String kept(AtomicReference<Connection> kept) {
        try {
            kept.set(pool.getConnection());
            return "done";
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void letsToolHaveItsOwnShortTransaction() {
        double before = found();

        ApiResponse answer = Person.registered().says("Add a task: buy milk", "offline");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(found()).isEqualTo(before);
    }

    private double found() {
        return meters.get("parley.agent.connection.violations").counter().count();
    }
}
