package dev.parley.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL for the tests, one for the whole run, and the proxy through which Parley
 * reaches it.
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
        // It serves the next application too, and ends with the test run's process
        Running.PROXY.behave();
    }

    /** Between Parley and the database. */
    public static DatabaseProxy proxy() {
        return Running.PROXY;
    }

    /** Where another database of the same server is, past the proxy. */
    public static String url(String name) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres".formatted(Running.SERVER, name);
    }

    /** Past the proxy, for tests that look for themselves. */
    public static Database database() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL("jdbc:postgresql://127.0.0.1:%d/postgres".formatted(Running.SERVER));
        source.setUser("postgres");
        return new Database(source);
    }

    /**
     * Started when it is first asked for. The application's class loader, and this class with it,
     * comes anew with each test profile; the server does not.
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
                // Its cleaner would come when it likes, and hold a table that a test is about to
                // change
                return EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "100")
                        .setServerConfig("autovacuum", "off")
                        // Nobody needs it after a power cut
                        .setServerConfig("fsync", "off")
                        .setServerConfig("full_page_writes", "off")
                        .setServerConfig("max_wal_size", "4GB")
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
