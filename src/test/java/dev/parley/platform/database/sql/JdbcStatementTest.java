package dev.parley.platform.database.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Postgres;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.TransactionManager;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that are sent together, and with the commit of their transaction. */
@ParleyTest
class JdbcStatementTest {

    private static final String INSERT =
            "insert into accounts (id, username, password_hash, created_at) values (?, ?, 'none',"
                    + " now())";

    @Inject EntityManager database;
    @Inject TransactionManager transactions;

    private final UUID id = UUID.randomUUID();

    @BeforeEach
    void begin() throws Exception {
        transactions.begin();
    }

    @AfterEach
    void rollBackAndForget() throws Exception {
        transactions.rollback();
        Postgres.database().change("delete from accounts where id = ?", id);
    }

    @Test
    void commitsWithItsLastStatement() {
        inserting().thenCommit().execute();

        assertThat(isStored()).isTrue();
    }

    @Test
    void commitsNothingInTrialRun() {
        TrialRun.run(() -> inserting().thenCommit().execute());

        assertThat(isStored()).isFalse();
    }

    @Test
    void commitsNothingThatTheServerRefuses() {
        inserting().execute();

        assertThatThrownBy(() -> inserting().thenCommit().execute())
                .satisfies(failure -> assertThat(SqlErrors.leavesOutcomeUnknown(failure)).isFalse())
                .satisfies(failure -> assertThat(SqlErrors.isUniqueViolation(failure)).isTrue());
        assertThat(isStored()).isFalse();
    }

    /** Whatever the reason: the server has not come to the commit. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select pg_cancel_backend(pg_backend_pid()), pg_sleep(60)",
                "select 1 / 0",
                "select no_such_column"
            })
    void commitsNothingWhereItsLastStatementFails(String last) {
        inserting().execute();

        assertThatThrownBy(() ->
                        JdbcStatement.of(database, last).thenCommit().query(row -> row.getInt(1)))
                .satisfies(
                        failure -> assertThat(SqlErrors.leavesOutcomeUnknown(failure)).isFalse());
        assertThat(isStored()).isFalse();
    }

    @Test
    void leavesOutcomeUnknownWhereRowsCannotBeReadAfterTheCommit() {
        inserting().execute();

        assertThatThrownBy(() ->
                        JdbcStatement.of(database, "select 'one'")
                                .thenCommit()
                                .query(row -> row.getInt(1)))
                .satisfies(failure -> assertThat(SqlErrors.leavesOutcomeUnknown(failure)).isTrue());
        assertThat(isStored()).isTrue();
    }

    @Test
    void leavesNothingUnknownWhereItOnlyReads() {
        assertThatThrownBy(() ->
                        JdbcStatement.of(database, "select 'one'")
                                .thenEndReading()
                                .query(row -> row.getInt(1)))
                .satisfies(
                        failure -> assertThat(SqlErrors.leavesOutcomeUnknown(failure)).isFalse());
    }

    @Test
    void commitsNothingThatIsToBeRolledBack() throws Exception {
        inserting().execute();
        transactions.setRollbackOnly();

        JdbcStatement.of(database, "select 1").thenCommit().query(row -> row.getInt(1));

        assertThat(isStored()).isFalse();
    }

    @Test
    void refusesCommitBeforeOtherStatements() {
        RoundTrip together = new RoundTrip();
        together.add(JdbcStatement.of(database, "select 1").thenCommit().reading(row -> 1));
        together.add(JdbcStatement.of(database, "select 2").reading(row -> 2));

        assertThatThrownBy(together::send).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void readsRowsOfEachStatement() {
        RoundTrip together = new RoundTrip();
        RoundTrip.Result<Integer> none =
                together.add(
                        JdbcStatement.withShortLockTimeout(database, "select 1 where false")
                                .reading(row -> row.getInt(1)));
        RoundTrip.Result<String> two =
                together.add(
                        JdbcStatement.of(database, "select unnest(array[?, ?])")
                                .value("a;b?")
                                .value("c")
                                .reading(row -> row.getString(1)));
        together.send();

        assertThat(none.rows()).isEmpty();
        assertThat(two.rows()).containsExactly("a;b?", "c");
    }

    private JdbcStatement inserting() {
        return JdbcStatement.of(database, INSERT).value(id).value("statement-" + id);
    }

    private boolean isStored() {
        return Postgres.database().count("select count(*) from accounts where id = ?", id) == 1;
    }
}
