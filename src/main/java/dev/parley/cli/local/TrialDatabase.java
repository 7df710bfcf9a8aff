package dev.parley.cli.local;

import dev.parley.cli.terminal.CommandFailed;
import dev.parley.platform.database.embedded.EmbeddedDatabase;
import dev.parley.platform.database.embedded.EmbeddedDatabase.JdbcAddress;
import dev.parley.platform.database.embedded.EmbeddedDatabaseException;
import io.quarkus.runtime.configuration.ConfigUtils;
import java.nio.file.Path;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;

/** Starts the embedded database if no database is configured. */
public final class TrialDatabase {

    private static final String DATABASE_URL = "quarkus.datasource.jdbc.url";
    private static final String DATABASE_URL_IN_ENVIRONMENT = "QUARKUS_DATASOURCE_JDBC_URL";

    private TrialDatabase() {}

    /**
     * @throws CommandFailed if the embedded database cannot be started
     */
    public static void startWhereNoneIsConfigured() {
        connect(home -> EmbeddedDatabase.start(home).address());
    }

    /**
     * Joins the embedded database of a running Parley, or starts the embedded database.
     *
     * @return whether the embedded database is used
     * @throws CommandFailed if the embedded database cannot be started
     */
    static boolean joinWhereNoneIsConfigured() {
        return connect(EmbeddedDatabase::startOrJoin);
    }

    private static boolean connect(Function<Path, JdbcAddress> source) {
        // Most configured databases are configured this way, and then the rest of the configuration
        // need not be read
        if (!System.getenv().getOrDefault(DATABASE_URL_IN_ENVIRONMENT, "").isBlank()) {
            return false;
        }
        // Until the application boots, the configuration of a native executable is that of the
        // machine that built it
        Config config = ConfigUtils.configBuilder().build();
        if (config.getOptionalValue(DATABASE_URL, String.class).isPresent()) {
            return false;
        }
        try {
            Path home =
                    config.getOptionalValue("parley.home", Path.class)
                            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".parley"));
            JdbcAddress database = source.apply(home.toAbsolutePath());
            System.setProperty(DATABASE_URL, database.jdbcUrl());
            System.setProperty("quarkus.datasource.username", database.username());
            System.setProperty("quarkus.datasource.password", database.password());
            return true;
        } catch (EmbeddedDatabaseException failure) {
            throw new CommandFailed(failure.detail());
        }
    }
}
