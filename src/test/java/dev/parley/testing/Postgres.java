package dev.parley.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL server for the whole test run, and the proxy through which Parley connects to
 * the server.
 */
public final class Postgres implements QuarkusTestResourceLifecycleManager {

    @Override
    public Map<String, String> start() {
        return Map.of(
                "quarkus.datasource.jdbc.url",
                "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(Running.PROXY.port()),
                "quarkus.datasource.username",
                "postgres");
    }

    @Override
    public void stop() {
        // The server also serves the next application, and ends with the process of the test run
        Running.PROXY.behave();
    }

    /** The proxy between Parley and the database. */
    public static DatabaseProxy proxy() {
        return Running.PROXY;
    }

    /** The JDBC URL of a database of the server, without the proxy. */
    public static String url(String name) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres".formatted(Running.SERVER, name);
    }

    /** Direct access to another database of the server, without the proxy. */
    public static Database database(String name) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(url(name));
        return new Database(source);
    }

    /** Direct access to the database, without the proxy. */
    public static Database database() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL("jdbc:postgresql://127.0.0.1:%d/postgres".formatted(Running.SERVER));
        source.setUser("postgres");
        return new Database(source);
    }

    /**
     * Starts the server at the first use. Each test profile has a new class loader, which loads
     * this class again; a system property keeps the port, so that the server stays the same.
     */
    private static final class Running {

        static final String PORT = "parley.test.postgres.port";
        static final int SERVER = server();
        static final DatabaseProxy PROXY = proxy();

        private static int server() {
            String port = System.getProperty(PORT);
            if (port == null) {
                port = Integer.toString(started().getPort());
                System.setProperty(PORT, port);
            }
            return Integer.parseInt(port);
        }

        private static EmbeddedPostgres started() {
            try {
                // Autovacuum runs at any time, and would lock a table that a test is about to
                // change
                return EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "100")
                        .setServerConfig("autovacuum", "off")
                        // No test needs the data after a power cut
                        .setServerConfig("fsync", "off")
                        .setServerConfig("full_page_writes", "off")
                        .setServerConfig("max_wal_size", "4GB")
                        .setPort(FreePorts.next())
                        .start();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        private static DatabaseProxy proxy() {
            try {
                return DatabaseProxy.before(SERVER);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
