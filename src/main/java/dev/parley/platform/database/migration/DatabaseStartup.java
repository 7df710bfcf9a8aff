package dev.parley.platform.database.migration;

import io.quarkus.logging.Log;
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

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

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
     */
    void await() {
        if (timeout.isZero()) {
            return;
        }
        long start = System.nanoTime();
        Duration nextLog = Duration.ZERO;
        for (Optional<SQLException> failure = tryConnect();
                failure.isPresent();
                failure = tryConnect()) {
            Duration waited = Duration.ofNanos(System.nanoTime() - start);
            if (waited.compareTo(timeout) >= 0) {
                throw new IllegalStateException(
                        "The database at %s could not be reached within %d s; check QUARKUS_DATASOURCE_JDBC_URL"
                                .formatted(address, timeout.toSeconds()),
                        failure.get());
            }
            if (waited.compareTo(nextLog) >= 0) {
                Log.infof(
                        "Waiting for the database at %s, since %d s: %s",
                        address, waited.toSeconds(), failure.get().getMessage());
                nextLog = nextLog.plus(LOG_INTERVAL);
            }
            pause();
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

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "Interrupted while waiting for the database", interruption);
        }
    }
}
