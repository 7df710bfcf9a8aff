package dev.parley.cli.local;

import dev.parley.agent.model.ModelProbe;
import dev.parley.agent.model.ModelProbe.ModelStatus;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.FailureReason;
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
import java.util.Properties;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.postgresql.Driver;

/** Looks at everything that Parley stands on, and says what is wrong and how to mend it. */
@ApplicationScoped
class SystemCheck {

    private static final int OLDEST_POSTGRES = 15;

    /** Tokens are dated by this clock, leases by the database's. */
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofSeconds(5);

    private static final String WRONG_PASSWORD = "28P01";
    private static final String NOT_LET_IN = "28000";
    private static final String NO_SUCH_DATABASE = "3D000";
    private static final String TOO_MANY_CONNECTIONS = "53300";

    private final Flyway flyway;
    private final ModelProbe model;
    private final Clock clock;
    private final String url;
    private final Properties access = new Properties();

    SystemCheck(
            Flyway flyway,
            ModelProbe model,
            Clock clock,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") Optional<String> username,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password) {
        this.flyway = flyway;
        this.model = model;
        this.clock = clock;
        this.url = url;
        username.ifPresent(name -> access.setProperty("user", name));
        password.ifPresent(secret -> access.setProperty("password", secret));
        access.setProperty("ApplicationName", "parley-check");
        access.setProperty("connectTimeout", "5");
        access.setProperty("loginTimeout", "5");
        access.setProperty("socketTimeout", "10");
    }

    /**
     * Does what is still to be done.
     *
     * @return the version of the last migration
     */
    String migrate() {
        flyway.migrate();
        return version(flyway.info().current());
    }

    /**
     * @throws CommandFailed where the database is at another version than this Parley
     */
    void requireThisVersion() {
        MigrationInfoService info = flyway.info();
        if (info.pending().length > 0) {
            throw new CommandFailed(
                    "The database is at version %s, which is not this Parley's yet: parley migrate brings it there."
                            .formatted(version(info.current())));
        }
    }

    /**
     * @param serveMigrates whether the next serve does what is still to be done
     */
    List<CheckResult> findings(boolean serveMigrates) throws InterruptedException {
        List<CheckResult> all = new ArrayList<>();
        try (Connection connection = connect()) {
            all.add(database(connection));
            all.add(migrations(serveMigrates));
            all.add(clock(connection));
        } catch (SQLException failure) {
            all.add(CheckResult.wrong("database", reason(failure)));
            all.add(CheckResult.unknown("migrations", "for want of the database"));
            all.add(CheckResult.unknown("clock", "for want of the database"));
        }
        all.add(modelEndpoint());
        return all;
    }

    private Connection connect() throws SQLException {
        Connection connection = new Driver().connect(url, access);
        if (connection == null) {
            throw new SQLException(
                    "QUARKUS_DATASOURCE_JDBC_URL does not begin with jdbc:postgresql:");
        }
        return connection;
    }

    private CheckResult database(Connection connection) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < OLDEST_POSTGRES) {
            return CheckResult.wrong(
                    "database",
                    "PostgreSQL %d is too old: Parley wants %d or newer."
                            .formatted(version, OLDEST_POSTGRES));
        }
        if (asked(connection, "select pg_is_in_recovery()::text").equals("true")) {
            return CheckResult.wrong(
                    "database",
                    "This is a standby, which takes nothing: name the primary in"
                            + " QUARKUS_DATASOURCE_JDBC_URL.");
        }
        return CheckResult.right(
                "database",
                "PostgreSQL %s, database %s, user %s"
                        .formatted(
                                connection.getMetaData().getDatabaseProductVersion(),
                                asked(connection, "select current_database()"),
                                asked(connection, "select current_user")));
    }

    private CheckResult migrations(boolean serveMigrates) {
        MigrationInfoService info = flyway.info();
        int missing = info.pending().length;
        boolean isNewer =
                List.of(info.all()).stream()
                        .anyMatch(migrationInfo ->
                                migrationInfo.getState().name().startsWith("FUTURE"));
        if (isNewer) {
            return CheckResult.wrong(
                    "migrations",
                    "The database is at version %s, of a newer Parley than this one: take that one."
                            .formatted(version(info.current())));
        }
        if (missing > 0) {
            String told =
                    "%d to be done; the database is at version %s"
                            .formatted(missing, version(info.current()));
            return serveMigrates
                    ? CheckResult.right("migrations", told + ". serve does them as it starts.")
                    : CheckResult.wrong("migrations", told + ": parley migrate does them.");
        }
        return CheckResult.right("migrations", "at version " + version(info.current()));
    }

    private CheckResult clock(Connection connection) throws SQLException {
        Instant before = clock.instant();
        Instant theirs = databaseClock(connection);
        Instant after = clock.instant();
        Duration apart =
                Duration.between(before.plus(Duration.between(before, after).dividedBy(2)), theirs)
                        .abs();
        return apart.compareTo(MAX_CLOCK_DIFFERENCE) > 0
                ? CheckResult.wrong(
                        "clock",
                        "This machine's and the database's are %d s apart: have both keep time by NTP."
                                .formatted(apart.toSeconds()))
                : CheckResult.right(
                        "clock", "%d ms apart from the database's".formatted(apart.toMillis()));
    }

    private CheckResult modelEndpoint() throws InterruptedException {
        String name = "model";
        return switch (model.check()) {
            case ModelStatus.NotConfigured none ->
                    CheckResult.right(name, "none is configured: the offline assistant answers");
            case ModelStatus.Ready ready ->
                    CheckResult.right(
                            name,
                            "%s at %s%s"
                                    .formatted(
                                            ready.model(),
                                            ready.endpoint(),
                                            ready.listed()
                                                    ? ""
                                                    : ", which does not say what models it has"));
            case ModelStatus.Unreachable away ->
                    CheckResult.wrong(
                            name,
                            "%s cannot be reached (%s): look at PARLEY_MODEL_BASE_URL and the network."
                                    .formatted(away.endpoint(), away.reason()));
            case ModelStatus.KeyRefused refused ->
                    CheckResult.wrong(
                            name,
                            refused.given()
                                    ? "%s refuses the key in PARLEY_MODEL_API_KEY."
                                            .formatted(refused.endpoint())
                                    : "%s wants a key: set PARLEY_MODEL_API_KEY."
                                            .formatted(refused.endpoint()));
            case ModelStatus.Failing failing ->
                    CheckResult.wrong(
                            name,
                            "%s answers with status %d: ask its operator."
                                    .formatted(failing.endpoint(), failing.status()));
            case ModelStatus.UnknownModel unknown ->
                    CheckResult.wrong(
                            name,
                            "%s has no %s but %s: set PARLEY_MODEL_NAME."
                                    .formatted(
                                            unknown.endpoint(),
                                            unknown.model(),
                                            unknown.known().stream().limit(5).toList()));
        };
    }

    private String reason(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        return switch (state) {
            case WRONG_PASSWORD, NOT_LET_IN ->
                    "It does not let %s in: look at QUARKUS_DATASOURCE_USERNAME and _PASSWORD, and at pg_hba.conf."
                            .formatted(access.getProperty("user", "nobody"));
            case NO_SUCH_DATABASE -> "%s: createdb makes one.".formatted(failure.getMessage());
            case TOO_MANY_CONNECTIONS ->
                    "It has no connection left: raise max_connections, or lower"
                            + " QUARKUS_DATASOURCE_JDBC_MAX_SIZE.";
            default -> "%s (%s)".formatted(FailureReason.of(failure), url.replaceAll("[?].*", ""));
        };
    }

    private static String asked(Connection connection, String question) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(question);
                ResultSet answer = statement.executeQuery()) {
            answer.next();
            return answer.getString(1);
        }
    }

    private static Instant databaseClock(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select clock_timestamp()");
                ResultSet answer = statement.executeQuery()) {
            answer.next();
            return answer.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    private static String version(MigrationInfo migration) {
        return migration == null ? "0" : String.valueOf(migration.getVersion());
    }
}
