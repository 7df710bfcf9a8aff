package dev.parley.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL server that a test can stop and restart with the same data and port. */
public final class OwnPostgres implements AutoCloseable {

    private final Path folder;
    private final int port;
    private EmbeddedPostgres server;

    public OwnPostgres(Path folder) {
        this.folder = folder;
        this.port = FreePorts.next();
        this.server = started();
    }

    public int port() {
        return port;
    }

    /** The settings of a process that uses this database. */
    public Map<String, String> environment() {
        return Map.of(
                "QUARKUS_DATASOURCE_JDBC_URL",
                "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port),
                "QUARKUS_DATASOURCE_USERNAME",
                "postgres");
    }

    public Database database() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL("jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port));
        source.setUser("postgres");
        return new Database(source);
    }

    public void stop() {
        try {
            server.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public void start() {
        server = started();
    }

    @Override
    public void close() {
        stop();
    }

    private EmbeddedPostgres started() {
        try {
            return EmbeddedPostgres.builder()
                    .setDataDirectory(folder)
                    .setCleanDataDirectory(false)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setServerConfig("max_connections", "100")
                    .setPort(port)
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
