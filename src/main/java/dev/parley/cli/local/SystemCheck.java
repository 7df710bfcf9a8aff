package dev.parley.cli.local;

import dev.parley.agent.model.ModelProbe;
import dev.parley.agent.model.ModelProbe.ModelStatus;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.FailureReason;
import dev.parley.platform.database.UnpooledConnections;
import dev.parley.platform.database.migration.SchemaMigration;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;

/** Checks everything that Parley needs, and reports what is failed and how to fix it. */
@ApplicationScoped
class SystemCheck {

    private static final int MIN_POSTGRES_VERSION = 15;

    /** This clock dates tokens, the database's clock dates leases. */
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofSeconds(5);

    private static final String WRONG_PASSWORD = "28P01";
    private static final String NOT_AUTHORIZED = "28000";
    private static final String NO_SUCH_DATABASE = "3D000";
    private static final String TOO_MANY_CONNECTIONS = "53300";

    private final SchemaMigration schemaMigration;
    private final Flyway flyway;
    private final ModelProbe model;
    private final Clock clock;
    private final UnpooledConnections connections;
    private final String url;
    private final Optional<String> username;

    SystemCheck(
            SchemaMigration schemaMigration,
            Flyway flyway,
            ModelProbe model,
            Clock clock,
            UnpooledConnections connections,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") Optional<String> username) {
        this.schemaMigration = schemaMigration;
        this.flyway = flyway;
        this.model = model;
        this.clock = clock;
        this.connections = connections;
        this.url = url;
        this.username = username;
    }

    /**
     * Applies all pending migrations.
     *
     * @return the version of the last migration
     */
    String migrate() {
        schemaMigration.migrate();
        return version(flyway.info().current());
    }

    /**
     * Waits until another process has applied all migrations.
     *
     * @return the version of the last migration
     */
    String awaitMigrations() {
        schemaMigration.awaitVersion();
        return version(flyway.info().current());
    }

    /**
     * @throws CommandFailed if the database misses migrations of this Parley
     */
    void requireThisVersion() {
        MigrationInfoService info = flyway.info();
        if (info.pending().length > 0) {
            throw new CommandFailed(
                    "The database is at version %s and misses migrations of this Parley. Run parley migrate."
                            .formatted(version(info.current())));
        }
    }

    /**
     * @param migratesAtStart whether serve applies pending migrations when it starts
     */
    List<CheckResult> run(boolean migratesAtStart) throws InterruptedException {
        List<CheckResult> all = new ArrayList<>();
        try (Connection connection = connections.connect("parley-check")) {
            all.add(database(connection));
            all.add(migrations(migratesAtStart));
            all.add(clock(connection));
        } catch (SQLException failure) {
            all.add(CheckResult.failed("database", reason(failure)));
            all.add(CheckResult.unknown("migrations", "not checked: no database connection"));
            all.add(CheckResult.unknown("clock", "not checked: no database connection"));
        }
        model.check().forEach((endpoint, status) -> all.add(modelEndpoint(endpoint, status)));
        return all;
    }

    private CheckResult database(Connection connection) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < MIN_POSTGRES_VERSION) {
            return CheckResult.failed(
                    "database",
                    "PostgreSQL %d is too old: Parley needs version %d or newer."
                            .formatted(version, MIN_POSTGRES_VERSION));
        }
        if (query(connection, "select pg_is_in_recovery()::text").equals("true")) {
            return CheckResult.failed(
                    "database",
                    "The database is a read-only standby. Set the primary in"
                            + " QUARKUS_DATASOURCE_JDBC_URL.");
        }
        return CheckResult.ok(
                "database",
                "PostgreSQL %s, database %s, user %s"
                        .formatted(
                                connection.getMetaData().getDatabaseProductVersion(),
                                query(connection, "select current_database()"),
                                query(connection, "select current_user")));
    }

    private CheckResult migrations(boolean migratesAtStart) {
        MigrationInfoService info = flyway.info();
        int pending = info.pending().length;
        boolean isNewer =
                List.of(info.all()).stream()
                        .anyMatch(migrationInfo ->
                                migrationInfo.getState().name().startsWith("FUTURE"));
        if (isNewer) {
            return CheckResult.failed(
                    "migrations",
                    "The database is at version %s of a newer Parley. Use the newer Parley."
                            .formatted(version(info.current())));
        }
        if (pending > 0) {
            String message =
                    "%d pending; the database is at version %s"
                            .formatted(pending, version(info.current()));
            return migratesAtStart
                    ? CheckResult.ok("migrations", message + ". serve applies them at its start.")
                    : CheckResult.failed("migrations", message + ". Run parley migrate.");
        }
        return CheckResult.ok("migrations", "at version " + version(info.current()));
    }

    private CheckResult clock(Connection connection) throws SQLException {
        Instant before = clock.instant();
        Instant databaseTime = databaseClock(connection);
        Instant after = clock.instant();
        Duration difference =
                Duration.between(
                                before.plus(Duration.between(before, after).dividedBy(2)),
                                databaseTime)
                        .abs();
        return difference.compareTo(MAX_CLOCK_DIFFERENCE) > 0
                ? CheckResult.failed(
                        "clock",
                        "The clocks of this machine and the database differ by %d s. Synchronize both with NTP."
                                .formatted(difference.toSeconds()))
                : CheckResult.ok(
                        "clock",
                        "%d ms difference from the database's clock"
                                .formatted(difference.toMillis()));
    }

    private static CheckResult modelEndpoint(String name, ModelStatus endpointStatus) {
        return switch (endpointStatus) {
            case ModelStatus.NotConfigured none ->
                    CheckResult.ok(name, "no model is configured: the offline assistant answers");
            case ModelStatus.Ready ready ->
                    CheckResult.ok(
                            name,
                            "%s at %s%s"
                                    .formatted(
                                            ready.model(),
                                            ready.endpoint(),
                                            ready.listed()
                                                    ? ""
                                                    : ", which does not list its models"));
            case ModelStatus.Unreachable unreachable ->
                    CheckResult.failed(
                            name,
                            "%s cannot be reached (%s). Check %s and the network."
                                    .formatted(
                                            unreachable.endpoint(),
                                            unreachable.reason(),
                                            ModelProbe.variable(name, "base-url")));
            case ModelStatus.KeyRefused refused ->
                    CheckResult.failed(
                            name,
                            refused.keyConfigured()
                                    ? "%s refuses the key in %s."
                                            .formatted(
                                                    refused.endpoint(),
                                                    ModelProbe.variable(name, "api-key"))
                                    : "%s needs a key. Set %s."
                                            .formatted(
                                                    refused.endpoint(),
                                                    ModelProbe.variable(name, "api-key")));
            case ModelStatus.Failing failing ->
                    CheckResult.failed(
                            name,
                            "%s answers with status %d. Ask the operator of the endpoint."
                                    .formatted(failing.endpoint(), failing.status()));
            case ModelStatus.UnknownModel unknown ->
                    CheckResult.failed(
                            name,
                            "%s has no model %s. Set %s to one of its models, such as %s."
                                    .formatted(
                                            unknown.endpoint(),
                                            unknown.model(),
                                            ModelProbe.variable(name, "model"),
                                            unknown.known().stream().limit(5).toList()));
        };
    }

    private String reason(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        return switch (state) {
            case WRONG_PASSWORD, NOT_AUTHORIZED ->
                    "The database refuses the user %s. Check QUARKUS_DATASOURCE_USERNAME, QUARKUS_DATASOURCE_PASSWORD and pg_hba.conf."
                            .formatted(username.orElse("nobody"));
            case NO_SUCH_DATABASE ->
                    "%s. Create the database with createdb.".formatted(failure.getMessage());
            case TOO_MANY_CONNECTIONS ->
                    "The database has no free connection. Raise max_connections or lower"
                            + " QUARKUS_DATASOURCE_JDBC_MAX_SIZE.";
            default -> "%s (%s)".formatted(FailureReason.of(failure), url.replaceAll("[?].*", ""));
        };
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getString(1);
        }
    }

    private static Instant databaseClock(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select clock_timestamp()");
                ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    private static String version(MigrationInfo migration) {
        return migration == null ? "0" : String.valueOf(migration.getVersion());
    }
}
