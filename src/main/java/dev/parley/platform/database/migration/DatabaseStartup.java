package dev.parley.platform.database.migration;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Waits at the start until the database can be reached: on a first installation, Parley and its
 * database start at the same time.
 */
@ApplicationScoped
class DatabaseStartup {

    /** A wrong password, no right to connect, no such database: the database does answer. */
    private static final Set<String> REFUSALS = Set.of("28000", "28P01", "42501", "3D000");

    private final DataSource database;
    private final String address;
    private final Duration timeout;

    DatabaseStartup(
            DataSource database,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "parley.database.start-timeout") Duration timeout) {
        this.database = database;
        // The parameters may contain a password
        this.address = url.replaceFirst("\\?.*", "");
        this.timeout = timeout;
    }

    /**
     * Returns when the database answers, also if it refuses the connection: the next query then
     * tells why.
     *
     * @throws IllegalStateException if the database cannot be reached within {@code
     *     parley.database.start-timeout}
     * @throws io.quarkus.runtime.PreventFurtherStepsException if the process is stopped meanwhile
     */
    void await() {
        if (timeout.isZero()) {
            return;
        }
        StartupWait wait = new StartupWait("the database at " + address);
        for (Optional<SQLException> failure = tryConnect();
                failure.isPresent();
                failure = tryConnect()) {
            if (wait.elapsed().compareTo(timeout) >= 0) {
                throw new IllegalStateException(
                        "The database at %s could not be reached within %d s; check QUARKUS_DATASOURCE_JDBC_URL"
                                .formatted(address, timeout.toSeconds()),
                        failure.get());
            }
            wait.pause(String.valueOf(failure.get().getMessage()));
        }
    }

    private Optional<SQLException> tryConnect() {
        try (Connection _ = database.getConnection()) {
            return Optional.empty();
        } catch (SQLException failure) {
            return REFUSALS.contains(String.valueOf(failure.getSQLState()))
                    ? Optional.empty()
                    : Optional.of(failure);
        }
    }
}
