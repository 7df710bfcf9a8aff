package dev.parley.platform.database.migration;

import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;

/**
 * Migrates the schema to the version of this build before anything else uses the schema. The schema
 * is nearly always current, and one statement finds that out; Flyway would first read all
 * migrations, which is a third of a native executable's start (docs/decisions/0021). {@code parley
 * migrate} and {@code parley check} use Flyway itself.
 */
@ApplicationScoped
class SchemaMigration {

    /** The version of the newest file in {@code db/migration}. */
    static final int VERSION = 20;

    private static final int BEFORE_EVERYTHING = 1;

    private static final String LAST_AND_FAILED =
            """
            select coalesce(max(version::int) filter (where success), 0), count(*) filter (where not success)
            from flyway_schema_history where version is not null
            """;

    private final DatabaseStartup startup;
    private final boolean migrates;
    private final DataSource database;
    private final Flyway flyway;

    SchemaMigration(
            DatabaseStartup startup,
            @ConfigProperty(name = "parley.database.migrate-at-start") boolean migrates,
            DataSource database,
            Flyway flyway) {
        this.startup = startup;
        this.migrates = migrates;
        this.database = database;
        this.flyway = flyway;
    }

    void onStart(@Observes @Priority(BEFORE_EVERYTHING) StartupEvent start) {
        startup.await();
        if (migrates && !isCurrent()) {
            flyway.migrate();
        }
    }

    /** False also if the query fails: Flyway then reports the error. */
    private boolean isCurrent() {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(LAST_AND_FAILED);
                ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getInt(1) == VERSION && result.getInt(2) == 0;
        } catch (SQLException failure) {
            Log.debug("Cannot read the schema's version; Flyway checks the schema", failure);
            return false;
        }
    }
}
