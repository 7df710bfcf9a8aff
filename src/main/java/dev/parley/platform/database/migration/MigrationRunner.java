package dev.parley.platform.database.migration;

import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationState;

/** Runs Flyway's migrations beside replicas that serve, and repeats what got no lock. */
@ApplicationScoped
class MigrationRunner {

    /** With the waits for locks about 7 minutes, after which a supervisor begins anew. */
    private static final int MAX_ATTEMPTS = 60;

    private static final int PAUSES_BETWEEN_ATTEMPTS = 5;
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Flyway flyway;

    MigrationRunner(Flyway flyway) {
        this.flyway = flyway;
    }

    /**
     * Applies all pending migrations. If another process migrates at the same time, waits until it
     * has ended. A migration that gets no lock within {@code
     * parley.database.migration-lock-timeout} is rolled back and begins anew after a pause, in
     * which the statements that queued behind it go on.
     *
     * @throws FlywayException if a migration failed, or got no lock in 60 attempts
     */
    void run() {
        StartupWait wait = new StartupWait("a lock that a migration needs");
        for (int attempt = 1; ; attempt++) {
            try {
                StartupWait.requireRunning("about to migrate the database");
                forgetFailed();
                flyway.migrate();
                return;
            } catch (FlywayException failure) {
                if (attempt == MAX_ATTEMPTS || !isLockTimeout(failure)) {
                    throw failure;
                }
                String reason =
                        "other transactions hold it; attempt %d of %d failed"
                                .formatted(attempt, MAX_ATTEMPTS);
                for (int pause = 0; pause < PAUSES_BETWEEN_ATTEMPTS; pause++) {
                    wait.pause(reason);
                }
            }
        }
    }

    /**
     * PostgreSQL rolls back a failed migration, so only a migration without a transaction leaves a
     * failed row, after which Flyway would refuse to start. Such migrations can be repeated
     * (MigrationRulesTest).
     */
    private void forgetFailed() {
        if (Arrays.stream(flyway.info().all())
                .noneMatch(migration -> migration.getState() == MigrationState.FAILED)) {
            return;
        }
        try (Connection connection = flyway.getConfiguration().getDataSource().getConnection();
                PreparedStatement delete =
                        connection.prepareStatement(
                                "delete from flyway_schema_history where not success")) {
            delete.executeUpdate();
            Log.info("A migration without a transaction failed before; it is repeated");
        } catch (SQLException failure) {
            throw new FlywayException("The failed migration could not be forgotten", failure);
        }
    }

    private static boolean isLockTimeout(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException exception
                    && LOCK_NOT_AVAILABLE.equals(exception.getSQLState())) {
                return true;
            }
        }
        return false;
    }
}
