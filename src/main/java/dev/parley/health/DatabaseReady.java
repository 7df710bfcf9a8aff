package dev.parley.health;

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
class DatabaseReady implements AsyncHealthCheck {

    private static final String NAME = "database";

    private final AgroalDataSource database;
    private final HealthConfig config;

    /**
     * At most one question is under way, for all who ask meanwhile: threads must not pile up behind
     * a database that hangs.
     */
    private final AtomicReference<@Nullable Sign> asked = new AtomicReference<>();

    DatabaseReady(AgroalDataSource database, HealthConfig config) {
        this.database = database;
        this.config = config;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return answer().told(NAME, config.readyWithin(), "no good answer");
    }

    private Sign answer() {
        Sign own = new Sign();
        Sign others = asked.compareAndExchange(null, own);
        if (others != null) {
            return others;
        }
        Thread.ofVirtual().name("ready-database").start(() -> ask(own));
        return own;
    }

    private void ask(Sign sign) {
        try (Connection connection = database.getConnection()) {
            if (connection.isValid(
                    Math.toIntExact(Math.max(1, config.readyWithin().toSeconds())))) {
                sign.give();
            } else {
                sign.refuse(new SQLException("the connection is dead"));
            }
        } catch (SQLException | RuntimeException refused) {
            sign.refuse(refused);
        } finally {
            asked.set(null);
        }
    }
}
