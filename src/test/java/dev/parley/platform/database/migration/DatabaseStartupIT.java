package dev.parley.platform.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testing.FreePorts;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that starts before its database, as on a first installation. */
class DatabaseStartupIT {

    private static final Duration ON_A_SLOW_DAY = Duration.ofMinutes(2);

    @TempDir Path folder;

    /** The database comes a minute later. */
    @Test
    void waitsForDatabaseThatStartsLater() throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"))) {
            postgres.stop();
            try (ParleyProcess parley = started(postgres.port(), "2M")) {
                await().atMost(ON_A_SLOW_DAY)
                        .until(() ->
                                parley.console()
                                        .matches("(?s).*Waiting for .* since [6-9]\\d s.*"));
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

    /** A supervisor stops what it starts: a migration must not begin afterwards. */
    @Test
    void endsWhereItIsStoppedWhileItWaits() throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"))) {
            postgres.stop();
            // The framework stops an application that has not started, which it sometimes logs
            try (ParleyProcess parley =
                    started(postgres.port(), "1H").expectErrors("Graceful shutdown failed")) {
                Wait.until(() -> parley.console().contains("Waiting for the database"));

                parley.tellToStop();

                assertThat(parley.exitCode()).isNotZero();
                assertThat(parley.console())
                        .contains("Stopped while waiting for the database at jdbc:postgresql:");
            }
            postgres.start();
            assertThat(tables(postgres)).isZero();
        }
    }

    /** A long migration is not its business, so nothing is lost where a supervisor restarts it. */
    @Test
    void waitsForVersionThatAnotherProcessCreates() throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                ParleyProcess parley =
                        started(
                                postgres.port(),
                                "2M",
                                "PARLEY_DATABASE_MIGRATE_AT_START",
                                "false")) {
            Wait.until(() ->
                    parley.console().matches("(?s).*since [1-9]\\d s: it has no tables yet.*"));
            assertThat(parley.console())
                    .contains(
                            "Waiting for version %d of the database's schema"
                                    .formatted(SchemaMigration.VERSION));
            assertThat(tables(postgres)).isZero();

            try (ParleyProcess migration = started(postgres.port(), "2M", "", "", "migrate")) {
                assertThat(migration.exitCode()).isZero();
            }

            parley.listening();
            Wait.until(() -> parley.probe("ready") == 200);
        }
    }

    private static long tables(OwnPostgres postgres) {
        return postgres.database()
                .count("select count(*) from pg_tables where schemaname = 'public'");
    }

    private ParleyProcess started(int port, String timeout) {
        return started(port, timeout, "", "");
    }

    private ParleyProcess started(
            int port, String timeout, String setting, String value, String... arguments) {
        Map<String, String> environment = new HashMap<>();
        environment.put(setting, value);
        environment.putAll(
                Map.of(
                        "PARLEY_HOME",
                        folder.toString(),
                        "PARLEY_DATABASE_START_TIMEOUT",
                        timeout,
                        "QUARKUS_DATASOURCE_JDBC_URL",
                        "jdbc:postgresql://127.0.0.1:%d/postgres?password=hunter2".formatted(port),
                        "QUARKUS_DATASOURCE_USERNAME",
                        "postgres"));
        return ParleyProcess.started(environment, arguments);
    }
}
