package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.Answer;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Promise 1: while an agent thinks, its turn holds no connection, no transaction, no lock. */
@ParleyTest
class NothingHeldTest {

    private static final int MANY = 200;

    @Inject AgroalDataSource pool;
    @Inject MeterRegistry meters;
    @Inject TestAgents.Gated gated;
    @Inject InFlight inFlight;
    @Inject NothingHeld nothingHeld;

    @Test
    void holdsNoConnectionWhileManyTurnsWait() throws Exception {
        Person person = Person.registered();
        gated.close();
        Thread callers =
                Thread.ofVirtual()
                        .start(() -> Person.atOnce(MANY, () -> person.says("wait", "gated")));
        Wait.until(() -> gated.waiting() == MANY);
        Wait.until(() -> pool.getMetrics().activeCount() == 0);

        // Looked at again and again, since a moment's rest proves nothing; a background job may be
        // seen at its work, for less than a moment
        for (int look = 0; look < 20; look++) {
            assertThat(heldForLong()).isZero();
            assertThat(pool.getMetrics().activeCount()).isLessThan(3);
            Thread.onSpinWait();
        }
        assertThat(gated.waiting()).isEqualTo(MANY);

        gated.open();
        callers.join();
        Wait.until(() -> inFlight.count() == 0);
    }

    @Test
    void tripsWhereAnAgentHoldsATransaction() {
        double before = found();

        Answer answer = Person.registered().says("hello", "holding-transaction");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(found()).isEqualTo(before + 1);
    }

    @Test
    void tripsWhereAnAgentTakesAConnection() {
        double before = found();

        Answer answer = Person.registered().says("hello", "holding-connection");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(found()).isEqualTo(before + 1);
        Wait.until(() -> pool.getMetrics().activeCount() == 0);
    }

    @Test
    void tripsWhereAnAgentHeldAConnectionAndFailed() {
        double before = found();

        Person.registered().says("hello", "holding-and-failing");

        assertThat(found()).isEqualTo(before + 1);
    }

    @Test
    void tripsWhereAToolKeepsAConnection() throws SQLException {
        double before = found();
        AtomicReference<Connection> kept = new AtomicReference<>();

        assertThatThrownBy(() -> nothingHeld.whileInTool("keeping", () -> kept(kept)))
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
    void letsToolsHaveTheirOwnShortTransactions() {
        double before = found();

        Answer answer = Person.registered().says("Add a task: buy milk", "offline");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(found()).isEqualTo(before);
    }

    private double found() {
        return meters.get("parley.turn.held").counter().count();
    }

    /** A transaction, and with it its locks, that does nothing. */
    private static long heldForLong() {
        return Postgres.database()
                .count(
                        """
                        select count(*) from pg_stat_activity
                        where application_name = 'parley' and state like 'idle in transaction%'
                            and xact_start < clock_timestamp() - interval '250 ms'
                        """);
    }
}
