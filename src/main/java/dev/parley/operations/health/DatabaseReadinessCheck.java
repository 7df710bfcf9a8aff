package dev.parley.operations.health;

import dev.parley.platform.database.UnpooledConnections;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/**
 * Ready means that the database responds within a second. The check has a connection of its own: an
 * exhausted pool means that this replica is busy, and its requests would only exhaust the pool of
 * the next replica, until none were ready. Nor does an unavailable model matter, which would take
 * all replicas out of service.
 */
@Readiness
@ApplicationScoped
class DatabaseReadinessCheck implements AsyncHealthCheck {

    private static final String NAME = "database";

    private final UnpooledConnections connections;
    private final HealthConfig config;

    /**
     * The check that is running; concurrent probes share it, so that threads do not accumulate
     * behind a database that hangs.
     */
    private final AtomicReference<@Nullable LivenessSignal> running = new AtomicReference<>();

    /** Open between probes; only the check that is running uses it. */
    private volatile @Nullable Connection connection;

    DatabaseReadinessCheck(UnpooledConnections connections, HealthConfig config) {
        this.connections = connections;
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
        try {
            if (!isValid(connection)) {
                reconnect();
            }
            signal.complete();
        } catch (SQLException | RuntimeException failure) {
            signal.fail(failure);
        } finally {
            running.set(null);
        }
    }

    private boolean isValid(@Nullable Connection connection) throws SQLException {
        return connection != null
                && connection.isValid(
                        Math.toIntExact(Math.max(1, config.readinessTimeout().toSeconds())));
    }

    /** A connection that is no longer valid is replaced at once: the database may be back. */
    private void reconnect() throws SQLException {
        close();
        connection = connections.connect("parley-readiness");
    }

    @PreDestroy
    void close() throws SQLException {
        Connection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
