package dev.parley.platform.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.Database;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** A migration waits for locks beside the statements of replicas that serve. */
class MigrationLocksTest {

    private static final String INDEX = "create index concurrently numbers_of_test on numbers (n)";

    @TempDir Path scripts;

    private final PGSimpleDataSource source = new PGSimpleDataSource();

    @BeforeEach
    void createDatabase() {
        String name = "locks_" + UUID.randomUUID().toString().substring(0, 8);
        Postgres.database().change("create database " + name);
        source.setURL(Postgres.url(name));
        // Where a test fails, it does not wait forever
        source.setOptions("-c statement_timeout=60000");
        database().change("create table numbers (n int)");
        database().change("insert into numbers select * from generate_series(1, 1000)");
    }

    /** Its statement would let all statements behind it wait as long as it waits itself. */
    @Test
    @ExpectedErrors("Migration of schema .* failed")
    void letsStatementsPassThatWaitBehindMigration() throws Exception {
        script("V1__column.sql", "alter table numbers add column m int");
        CompletableFuture<Void> migration;
        try (Connection reader = source.getConnection()) {
            reader.setAutoCommit(false);
            execute(reader, "select * from numbers limit 1");
            migration = CompletableFuture.runAsync(migrations()::run);
            Wait.until(() -> waiting("alter table") == 1);

            // Waits behind the migration, and ends although the reader has not ended
            database().change("insert into numbers values (1001)");

            assertThat(migration).isNotDone();
            reader.rollback();
        }
        migration.join();
        assertThat(database().count("select count(m) from numbers")).isZero();
    }

    /** Building waits for all older transactions, and would begin anew with each attempt. */
    @Test
    void buildsIndexConcurrentlyHoweverLongAnOlderTransactionTakes() throws Exception {
        script("V1__index.sql", "set lock_timeout = 0; " + INDEX);
        CompletableFuture<Void> migration;
        try (Connection writer = source.getConnection()) {
            writer.setAutoCommit(false);
            execute(writer, "insert into numbers values (1001)");
            migration = CompletableFuture.runAsync(migrations(Duration.ofMillis(1))::run);
            Wait.until(() -> waiting("create index concurrently") == 1);

            database().change("insert into numbers values (1002)");

            assertThat(migration).isNotDone();
            writer.commit();
        }
        migration.join();
        assertThat(validIndexes()).isEqualTo(1);
    }

    @Test
    @ExpectedErrors("Migration of schema .* failed")
    void repeatsMigrationWithoutTransactionThatFailed() throws Exception {
        database().change("insert into numbers values (1)");
        script(
                "V1__index.sql",
                "drop index concurrently if exists numbers_of_test; "
                        + INDEX.replace("index", "unique index"));
        assertThatThrownBy(migrations()::run).isInstanceOf(FlywayException.class);
        database().change("delete from numbers where n = 1");

        migrations().run();

        assertThat(validIndexes()).isEqualTo(1);
    }

    private long validIndexes() {
        return database()
                .count(
                        "select count(*) from pg_index where indisvalid and indexrelid ="
                                + " to_regclass('numbers_of_test')");
    }

    private long waiting(String statement) {
        return database()
                .count(
                        """
                        select count(*) from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock' and query ilike '%%%s%%'
                        """
                                .formatted(statement));
    }

    private void script(String name, String sql) throws IOException {
        Files.writeString(scripts.resolve(name), sql);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Database database() {
        return new Database(source);
    }

    private MigrationRunner migrations() {
        return migrations(Duration.ofSeconds(1));
    }

    private MigrationRunner migrations(Duration lockTimeout) {
        FluentConfiguration configuration =
                Flyway.configure()
                        .dataSource(source)
                        .locations("filesystem:" + scripts)
                        .baselineOnMigrate(true)
                        .baselineVersion("0");
        new FlywayLockCustomizer(lockTimeout).customize(configuration);
        return new MigrationRunner(configuration.load());
    }
}
