package dev.parley.platform.database.migration;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/**
 * Lets other replicas serve while a migration runs. A statement that waits for a table's lock makes
 * all later statements on this table wait behind it, so no migration waits for a lock longer than
 * {@code parley.database.migration-lock-timeout}.
 */
@Singleton
class FlywayLockCustomizer implements FlywayConfigurationCustomizer {

    private static final int WITHOUT_LIMIT = -1;

    private final Duration lockTimeout;

    FlywayLockCustomizer(
            @ConfigProperty(name = "parley.database.migration-lock-timeout") Duration lockTimeout) {
        this.lockTimeout = lockTimeout;
    }

    @Override
    public void customize(FluentConfiguration configuration) {
        // Otherwise Flyway's own transaction stays open, and create index concurrently waits for it
        configuration
                .getPluginRegister()
                .getExact(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        // The processes that do not migrate wait for the process that does
        configuration.lockRetryCount(WITHOUT_LIMIT);
        // So that a migration without a transaction may lift its lock timeout
        configuration.mixed(true);
        configuration.callbacks(new LockTimeout(lockTimeout));
    }

    /** Before each migration, because a migration may have changed the setting of the session. */
    private static final class LockTimeout extends BaseCallback {

        private final Duration lockTimeout;

        LockTimeout(Duration lockTimeout) {
            this.lockTimeout = lockTimeout;
        }

        @Override
        public boolean supports(Event event, Context context) {
            return event == Event.BEFORE_EACH_MIGRATE;
        }

        @Override
        public void handle(Event event, Context context) {
            try (Statement statement = context.getConnection().createStatement()) {
                statement.execute("set lock_timeout = " + lockTimeout.toMillis());
            } catch (SQLException failure) {
                throw new FlywayException("The lock timeout could not be set", failure);
            }
        }
    }
}
