package dev.parley.platform.database.migration;

import dev.parley.platform.jobs.ProcessMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.api.FlywayException;

/**
 * Migrates the schema to the version of this build before anything else uses the schema, or waits
 * until another process has migrated it. The schema is nearly always current, and one statement
 * finds that out; Flyway would first read all migrations, which is a third of a native executable's
 * start (docs/decisions/0021).
 */
@ApplicationScoped
public class SchemaMigration {

    /** The version of the newest file in {@code db/migration}. */
    static final int VERSION = 32;

    private static final int BEFORE_EVERYTHING = 1;
    private static final String UNDEFINED_TABLE = "42P01";

    private static final String CURRENT_VERSION =
            """
            select coalesce(max(version::int) filter (where success), 0)
            from flyway_schema_history where version is not null
            """;

    private final DatabaseStartup startup;
    private final boolean migrates;
    private final ProcessMode processMode;
    private final DataSource database;
    private final MigrationRunner migrations;

    SchemaMigration(
            DatabaseStartup startup,
            @ConfigProperty(name = "parley.database.migrate-at-start") boolean migrates,
            ProcessMode processMode,
            DataSource database,
            MigrationRunner migrations) {
        this.startup = startup;
        this.migrates = migrates;
        this.processMode = processMode;
        this.database = database;
        this.migrations = migrations;
    }

    void onStart(@Observes @Priority(BEFORE_EVERYTHING) StartupEvent start) {
        startup.await();
        if (migrates) {
            if (lag().isPresent()) {
                migrate();
            }
        } else if (processMode.isServing()) {
            awaitVersion();
        }
    }

    /**
     * Applies all pending migrations; if another process migrates at the same time, waits for it.
     *
     * @throws FlywayException if a migration failed, or got no lock in many attempts
     */
    public void migrate() {
        migrations.run();
    }

    /**
     * Waits, without a limit, until another process has migrated the schema to the version of this
     * build or a later version.
     */
    public void awaitVersion() {
        StartupWait wait =
                new StartupWait(
                        "version %d of the database's schema, which parley migrate creates"
                                .formatted(VERSION));
        for (Optional<String> lag = lag(); lag.isPresent(); lag = lag()) {
            wait.pause(lag.get());
        }
    }

    /** How the schema differs from what this build needs; empty if it does not. */
    private Optional<String> lag() {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(CURRENT_VERSION);
                ResultSet result = statement.executeQuery()) {
            result.next();
            int version = result.getInt(1);
            return version >= VERSION ? Optional.empty() : Optional.of("it has version " + version);
        } catch (SQLException failure) {
            return Optional.of(
                    UNDEFINED_TABLE.equals(failure.getSQLState())
                            ? "it has no tables yet"
                            : String.valueOf(failure.getMessage()));
        }
    }
}
