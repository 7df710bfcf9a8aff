package dev.parley.platform.database.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.FreePorts;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Wait;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that starts before its database, as on a first installation. */
class DatabaseStartupIT {

    @TempDir Path folder;

    @Test
    void waitsForDatabaseThatStartsLater() throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"))) {
            postgres.stop();
            try (ParleyProcess parley = started(postgres.port(), "2M")) {
                Wait.until(() -> parley.console().matches("(?s).*Waiting for .* since 3\\d s.*"));
                assertThat(parley.isAlive()).isTrue();
                postgres.start();

                parley.listening();
                Wait.until(() -> parley.probe("ready") == 200);
                assertThat(parley.console())
                        .contains("jdbc:postgresql://127.0.0.1:" + postgres.port())
                        .doesNotContain("hunter2");
            }
        }
    }

    @Test
    void endsWhereDatabaseDoesNotStartInTime() throws Exception {
        int port = FreePorts.next();
        try (ParleyProcess parley =
                started(port, "2S").expectErrors("Failed to start application")) {
            assertThat(parley.exitCode()).isEqualTo(1);
            assertThat(parley.console())
                    .contains(
                            "The database at jdbc:postgresql://127.0.0.1:%d/postgres could not be"
                                            .formatted(port)
                                    + " reached within 2 s; check QUARKUS_DATASOURCE_JDBC_URL");
        }
    }

    private ParleyProcess started(int port, String timeout) {
        return ParleyProcess.started(
                Map.of(
                        "PARLEY_HOME",
                        folder.toString(),
                        "PARLEY_DATABASE_START_TIMEOUT",
                        timeout,
                        "QUARKUS_DATASOURCE_JDBC_URL",
                        "jdbc:postgresql://127.0.0.1:%d/postgres?password=hunter2".formatted(port),
                        "QUARKUS_DATASOURCE_USERNAME",
                        "postgres"));
    }
}
