package dev.parley.operations.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.operations.health.Freezer;
import dev.parley.operations.health.LivenessTest;
import dev.parley.platform.database.ConnectionTracker;
import dev.parley.platform.jobs.Deadline;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.Logged;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the monitors tell, and when. */
@ParleyTest
@ExpectedErrors("The job .+ failed") // The database is made to fail
@TestProfile(LivenessTest.Attentive.class)
class MonitorTest {

    private static final Deadline SOON = Deadline.in(Duration.ofMinutes(1));

    /** As the application's own settings have it. */
    private static final int MAX_CONNECTIONS = 10;

    @Inject AgroalDataSource pool;
    @Inject Vertx vertx;
    @Inject ConnectionTracker tracker;
    @Inject ConnectionPoolMonitor connectionPoolMonitor;
    @Inject EventLoopMonitor eventLoopMonitor;
    @Inject MeterRegistry meters;

    @Test
    void tellsWhereConnectionWasTakenThatIsHeldForLong() throws SQLException {
        try (Logged logged = Logged.of(ConnectionPoolMonitor.class);
                Connection _ = pool.getConnection()) {
            Wait.until(
                    () -> meters.get("parley.pool.oldest.checkout.age").timeGauge().value() > 0.2);

            connectionPoolMonitor.run(SOON);

            assertThat(logged.lines())
                    .anyMatch(line ->
                            line.contains("A connection has been checked out")
                                    && line.contains("MonitorTest.tellsWhereConnectionWasTaken"));
        }
        Wait.until(() -> tracker.checkouts().isEmpty());
    }

    @Test
    void forgetsConnectionsThatWereBroughtBack() {
        Person person = Person.registered();
        Person.atOnce(50, () -> person.says("hello", "echo"));

        Wait.until(() -> meters.get("parley.pool.oldest.checkout.age").timeGauge().value() == 0);
        Wait.until(() -> tracker.checkouts().isEmpty());
    }

    /** A monitor that throws while a connection is brought back loses it to the pool. */
    @Test
    void losesNoConnectionThatBreaks() {
        Person person = Person.registered();
        for (int i = 0; i < 12; i++) {
            Postgres.database().cutSessions();
            person.says("hello", "echo");
        }

        Wait.until(() -> person.gets("/api/dashboard/stats").status() == 200);
        Wait.until(() -> pool.getMetrics().activeCount() == 0 && tracker.checkouts().isEmpty());
    }

    @Test
    void tellsOfEventLoopThatIsBlocked() {
        try (Logged logged = Logged.of(EventLoopMonitor.class)) {
            Person.send("POST", "/test/freeze/event-loop-1", null, null);
            long before = meters.get("parley.eventloop.lag").timer().count();
            eventLoopMonitor.run(SOON);
            Wait.until(() -> meters.get("parley.eventloop.waiting").gauge().value() > 0);
            Wait.until(() -> meters.get("parley.eventloop.lag").timer().count() > before);
            Wait.until(() -> meters.get("parley.eventloop.blocked").timeGauge().value() > 0.02);

            Freezer.thaw();

            Wait.until(() ->
                    logged.lines().stream()
                            .anyMatch(line -> line.contains("ms for an event loop")));
        } finally {
            Freezer.thaw();
        }
    }

    @Test
    void tellsOfThreadsThatWaitForAConnection() throws Exception {
        Person person = Person.registered();
        List<Connection> taken = new ArrayList<>();
        try (Logged logged = Logged.of(ConnectionPoolMonitor.class)) {
            for (int i = 0; i < MAX_CONNECTIONS; i++) {
                taken.add(pool.getConnection());
            }
            Thread waiting = Thread.ofVirtual().start(() -> person.gets("/api/tasks"));
            Wait.until(() -> pool.getMetrics().awaitingCount() > 0);

            connectionPoolMonitor.run(SOON);

            assertThat(logged.lines())
                    .anyMatch(line -> line.contains("10 of 10 connections in use"));
            for (Connection connection : taken) {
                connection.close();
            }
            waiting.join();
        }
    }

    @Test
    void tellsOfTasksThatWaitForAnEventLoop() {
        try (Logged logged = Logged.of(EventLoopMonitor.class)) {
            Person.send("POST", "/test/freeze/event-loop-1", null, null);
            Iterator<EventExecutor> loops = ((VertxInternal) vertx).getEventLoopGroup().iterator();
            loops.next();
            EventExecutor frozen = loops.next();
            for (int i = 0; i < 150; i++) {
                frozen.execute(() -> {});
            }

            eventLoopMonitor.run(SOON);

            assertThat(logged.lines()).anyMatch(line -> line.contains("tasks wait for the event"));
        } finally {
            Freezer.thaw();
        }
    }

    @Test
    void knowsMemoryOfTheProcess() {
        assertThat(meters.get("parley.memory.resident").gauge().value()).isBetween(50e6, 20e9);
    }
}
