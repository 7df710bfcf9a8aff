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
 * Ready means that the database answers within a second, by a connection of the pool that everybody
 * has to wait for. A model that is away does not matter: it would take all replicas out of service.
 */
@Readiness
@ApplicationScoped
class DatabaseReadinessCheck implements AsyncHealthCheck {

    private static final String NAME = "database";

    private final AgroalDataSource database;
    private final HealthConfig config;

    /**
     * At most one question is under way, for all who ask meanwhile: threads must not pile up behind
     * a database that hangs.
     */
    private final AtomicReference<@Nullable LivenessSignal> asked = new AtomicReference<>();

    DatabaseReadinessCheck(AgroalDataSource database, HealthConfig config) {
        this.database = database;
        this.config = config;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return answer().toResponse(NAME, config.readinessTimeout(), "no good answer");
    }

    private LivenessSignal answer() {
        LivenessSignal own = new LivenessSignal();
        LivenessSignal livenessSignal = asked.compareAndExchange(null, own);
        if (livenessSignal != null) {
            return livenessSignal;
        }
        Thread.ofVirtual().name("readiness-database").start(() -> ask(own));
        return own;
    }

    private void ask(LivenessSignal sign) {
        try (Connection connection = database.getConnection()) {
            if (connection.isValid(
                    Math.toIntExact(Math.max(1, config.readinessTimeout().toSeconds())))) {
                sign.complete();
            } else {
                sign.refuse(new SQLException("the connection is dead"));
            }
        } catch (SQLException | RuntimeException failure) {
            sign.refuse(failure);
        } finally {
            asked.set(null);
        }
    }
}
