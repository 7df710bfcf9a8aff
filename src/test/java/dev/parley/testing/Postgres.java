package dev.parley.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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

    /** Reads a copy of the rows of this person, as if the database had no others. */
    public static <T> T withRowsOf(Person person, Function<Database, T> reading) {
        String schema = "of_" + person.id().toString().replace("-", "");
        String turns = "select id from public.turns where user_id = '%s'".formatted(person.id());
        database().change("create schema " + schema);
        copy(schema, "accounts", "id = '%s'".formatted(person.id()));
        for (String table :
                List.of(
                        "conversations",
                        "turns",
                        "messages",
                        "charges",
                        "token_charges",
                        "reservations",
                        "quotas",
                        "notifications",
                        "idempotency_keys",
                        "tasks",
                        "turn_approvals")) {
            copy(schema, table, "user_id = '%s'".formatted(person.id()));
        }
        copy(schema, "turn_steps", "turn_id in (%s)".formatted(turns));
        copy(schema, "turn_rounds", "turn_id in (%s)".formatted(turns));
        copy(schema, "turn_usage", "turn_id in (%s)".formatted(turns));
        PGSimpleDataSource source = (PGSimpleDataSource) database().source();
        source.setCurrentSchema(schema);
        try {
            return reading.apply(new Database(source));
        } finally {
            database().change("drop schema %s cascade".formatted(schema));
        }
    }

    private static void copy(String schema, String table, String condition) {
        database()
                .change(
                        "create table %1$s.%2$s (like public.%2$s including indexes)"
                                .formatted(schema, table));
        database()
                .change(
                        "insert into %1$s.%2$s select * from public.%2$s where %3$s"
                                .formatted(schema, table, condition));
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
