package dev.parley.cli.local;

import dev.parley.cli.terminal.CommandFailed;
import dev.parley.platform.database.embedded.EmbeddedDatabase;
import dev.parley.platform.database.embedded.EmbeddedDatabase.JdbcAddress;
import dev.parley.platform.database.embedded.EmbeddedDatabaseException;
import io.quarkus.runtime.configuration.ConfigUtils;
import java.nio.file.Path;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;

/** The embedded database, where none is configured. */
public final class TrialDatabase {

    private static final String DATABASE_URL = "quarkus.datasource.jdbc.url";
    private static final String DATABASE_URL_IN_ENVIRONMENT = "QUARKUS_DATASOURCE_JDBC_URL";

    private TrialDatabase() {}

    /**
     * @throws CommandFailed where it cannot be had
     */
    public static void startWhereNoneIsConfigured() {
        reach(home -> {
            EmbeddedDatabase started = EmbeddedDatabase.start(home);
            return new JdbcAddress(started.jdbcUrl(), started.username());
        });
    }

    /**
     * The same for a command that may be said beside a Parley that serves.
     *
     * @return whether none is configured
     * @throws CommandFailed where it cannot be had
     */
    static boolean joinWhereNoneIsConfigured() {
        return reach(EmbeddedDatabase::startOrJoin);
    }

    private static boolean reach(Function<Path, JdbcAddress> server) {
        // As nearly everybody has it who has one: no need to read all the rest of the configuration
        if (!System.getenv().getOrDefault(DATABASE_URL_IN_ENVIRONMENT, "").isBlank()) {
            return false;
        }
        // A native executable's own configuration is, until the application boots, the one of the
        // machine that has built it
        Config config = ConfigUtils.configBuilder().build();
        if (config.getOptionalValue(DATABASE_URL, String.class).isPresent()) {
            return false;
        }
        try {
            Path home =
                    config.getOptionalValue("parley.home", Path.class)
                            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".parley"));
            JdbcAddress database = server.apply(home.toAbsolutePath());
            System.setProperty(DATABASE_URL, database.jdbcUrl());
            System.setProperty("quarkus.datasource.username", database.username());
            return true;
        } catch (EmbeddedDatabaseException failure) {
            throw new CommandFailed(failure.detail());
        }
    }
}
