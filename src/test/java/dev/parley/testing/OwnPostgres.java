package dev.parley.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL server that a test can stop and restart with the same data and port. */
public final class OwnPostgres implements AutoCloseable {

    private final Path folder;
    private EmbeddedPostgres server;
    private final int port;

    public OwnPostgres(Path folder) {
        this.folder = folder;
        this.server = started(0);
        this.port = server.getPort();
    }

    public int port() {
        return port;
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
        server = started(port);
    }

    @Override
    public void close() {
        stop();
    }

    private EmbeddedPostgres started(int atPort) {
        try {
            EmbeddedPostgres.Builder builder =
                    EmbeddedPostgres.builder()
                            .setDataDirectory(folder)
                            .setCleanDataDirectory(false)
                            .setPGStartupWait(Duration.ofSeconds(60))
                            .setServerConfig("max_connections", "100");
            return (atPort == 0 ? builder : builder.setPort(atPort)).start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
