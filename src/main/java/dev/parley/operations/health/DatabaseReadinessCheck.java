package dev.parley.operations.health;

import io.agroal.api.AgroalDataSource;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/**
 * Ready means that the database responds within a second, through a connection of the same pool
 * that requests wait for. An unavailable model does not matter: otherwise it would take all
 * replicas out of service.
 */
@Readiness
@ApplicationScoped
class DatabaseReadinessCheck implements AsyncHealthCheck {

    private static final String NAME = "database";

    private final AgroalDataSource database;
    private final HealthConfig config;

    /**
     * The check that is running; concurrent probes share it, so that threads do not accumulate
     * behind a database that hangs.
     */
    private final AtomicReference<@Nullable LivenessSignal> running = new AtomicReference<>();

    DatabaseReadinessCheck(AgroalDataSource database, HealthConfig config) {
        this.database = database;
        this.config = config;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return startOrJoin().toResponse(NAME, config.readinessTimeout(), "no valid response");
    }

    private LivenessSignal startOrJoin() {
        LivenessSignal started = new LivenessSignal();
        LivenessSignal alreadyRunning = running.compareAndExchange(null, started);
        if (alreadyRunning != null) {
            return alreadyRunning;
        }
        Thread.ofVirtual().name("readiness-database").start(() -> checkConnection(started));
        return started;
    }

    private void checkConnection(LivenessSignal signal) {
        try (Connection connection = database.getConnection()) {
            if (connection.isValid(
                    Math.toIntExact(Math.max(1, config.readinessTimeout().toSeconds())))) {
                signal.complete();
            } else {
                signal.fail(new SQLException("the connection is not valid"));
            }
        } catch (SQLException | RuntimeException failure) {
            signal.fail(failure);
        } finally {
            running.set(null);
        }
    }
}
