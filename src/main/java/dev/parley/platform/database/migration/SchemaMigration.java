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
 * Brings the schema to this Parley's version before anything else looks at it. Nearly always it is
 * there: one statement tells, where Flyway would read all migrations first (a third of a native
 * executable's start, see docs/decisions/0021). {@code parley migrate} and {@code parley check} ask
 * Flyway itself.
 */
@ApplicationScoped
class SchemaMigration {

    /** Of the newest file in {@code db/migration}. */
    static final int VERSION = 17;

    private static final int BEFORE_EVERYTHING = 1;

    private static final String LAST_AND_FAILED =
            """
            select coalesce(max(version::int) filter (where success), 0), count(*) filter (where not success)
            from flyway_schema_history where version is not null
            """;

    private final boolean migrates;
    private final DataSource database;
    private final Flyway flyway;

    SchemaMigration(
            @ConfigProperty(name = "parley.database.migrate-at-start") boolean migrates,
            DataSource database,
            Flyway flyway) {
        this.migrates = migrates;
        this.database = database;
        this.flyway = flyway;
    }

    void onStart(@Observes @Priority(BEFORE_EVERYTHING) StartupEvent start) {
        if (migrates && !isThere()) {
            flyway.migrate();
        }
    }

    /** No answer is no: Flyway then waits for the database, and reports what is wrong. */
    private boolean isThere() {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(LAST_AND_FAILED);
                ResultSet answer = statement.executeQuery()) {
            answer.next();
            return answer.getInt(1) == VERSION && answer.getInt(2) == 0;
        } catch (SQLException failure) {
            Log.debug("The schema's version is not known; Flyway looks", failure);
            return false;
        }
    }
}
