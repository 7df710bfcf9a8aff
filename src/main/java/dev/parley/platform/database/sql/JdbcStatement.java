package dev.parley.platform.database.sql;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Status;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/**
 * A JDBC statement on the connection of the running transaction, for many rows at once: each column
 * of the rows is one array parameter, which {@code unnest} turns into rows again.
 *
 * <p>Use it for the few statements that every turn sends: Hibernate's overhead was larger than the
 * cost of the statement itself (docs/decisions/0011).
 */
public final class JdbcStatement {

    /**
     * Limits how long one item of a batch makes the other items wait for a lock. It is sent with
     * the statement, so it needs no extra round trip.
     */
    private static final String SHORT_LOCK_TIMEOUT = "set local lock_timeout = '100ms'; ";

    /** Without a space before it, so that the driver sends what it sends for any commit. */
    private static final String AND_COMMIT = ";COMMIT";

    private final EntityManager database;
    private final String text;
    private final List<Parameter> parameters = new ArrayList<>();
    private boolean commits;
    private boolean changes = true;

    private JdbcStatement(EntityManager database, String text) {
        this.database = database;
        this.text = text;
    }

    /**
     * A statement with a question mark for each parameter, in the order in which the parameters are
     * added.
     */
    public static JdbcStatement of(EntityManager database, String text) {
        return new JdbcStatement(database, text);
    }

    /**
     * A statement as by {@link #of}; from this statement on, the transaction waits at most 100 ms
     * for a lock.
     */
    public static JdbcStatement withShortLockTimeout(EntityManager database, String text) {
        return new JdbcStatement(database, SHORT_LOCK_TIMEOUT + text);
    }

    public <S> JdbcStatement uuids(List<S> rows, Function<S, @Nullable UUID> column) {
        return array("uuid", rows.stream().map(column));
    }

    public <S> JdbcStatement texts(List<S> rows, Function<S, @Nullable String> column) {
        return array("text", rows.stream().map(column));
    }

    public <S> JdbcStatement ints(List<S> rows, Function<S, Integer> column) {
        return array("int4", rows.stream().map(column));
    }

    public <S> JdbcStatement longs(List<S> rows, Function<S, Long> column) {
        return array("int8", rows.stream().map(column));
    }

    public <S> JdbcStatement booleans(List<S> rows, Function<S, Boolean> column) {
        return array("bool", rows.stream().map(column));
    }

    public <S> JdbcStatement bytes(List<S> rows, Function<S, byte[]> column) {
        return array("bytea", rows.stream().map(column).toArray(byte[][]::new));
    }

    public JdbcStatement value(Instant moment) {
        return value(moment.atOffset(ZoneOffset.UTC));
    }

    /** A text that may be null: without its type, the server could not infer the type of a null. */
    public JdbcStatement text(@Nullable String text) {
        parameters.add((statement, connection, index) -> statement.setString(index, text));
        return this;
    }

    public JdbcStatement value(Object value) {
        parameters.add((statement, connection, index) -> statement.setObject(index, value));
        return this;
    }

    /**
     * Commits the transaction together with this statement, which has to be its last: the commit of
     * the transaction itself then costs no round trip. If the connection breaks, the outcome is
     * unknown, as {@link SqlErrors#leavesOutcomeUnknown} tells. A {@link TrialRun} commits nothing.
     *
     * <p>It commits whatever has been done in the transaction before: the method that uses it has
     * to begin the transaction itself.
     */
    public JdbcStatement thenCommit() {
        commits = true;
        return this;
    }

    /**
     * The same for the only statement of a transaction that changes nothing: where it fails,
     * nothing is unknown.
     */
    public JdbcStatement thenEndReading() {
        changes = false;
        return thenCommit();
    }

    /** The rows that the statement returns. */
    public <T> List<T> query(Row<T> row) {
        return reading(row).rows();
    }

    /** The statement as a query, which is sent alone or with others ({@link RoundTrip}). */
    public <T> RowQuery<T> reading(Row<T> row) {
        return new RowQuery<>(this, row);
    }

    /** Executes the statement and returns the number of rows that it changed. */
    public int execute() {
        return run(statement -> {
            int rowCount = 0;
            boolean isRows = statement.execute();
            for (int count = statement.getUpdateCount();
                    isRows || count >= 0;
                    count = statement.getUpdateCount()) {
                rowCount = Math.max(rowCount, count);
                isRows = statement.getMoreResults();
            }
            return rowCount;
        });
    }

    EntityManager database() {
        return database;
    }

    private JdbcStatement array(String type, Stream<?> values) {
        return array(type, values.toArray());
    }

    private JdbcStatement array(String type, @Nullable Object[] all) {
        parameters.add((statement, connection, index) ->
                statement.setArray(index, connection.createArrayOf(type, all)));
        return this;
    }

    private <T> T run(StatementWork<T> work) {
        return run(database, List.of(this), work);
    }

    /** Sends statements together, the first first. The last of them may commit. */
    static <T> T run(
            EntityManager database, List<JdbcStatement> statements, StatementWork<T> work) {
        if (statements.stream().limit(statements.size() - 1).anyMatch(each -> each.commits)) {
            throw new IllegalStateException("Only the last statement may commit");
        }
        boolean commits = statements.getLast().commits && mayCommit();
        boolean changes = commits && statements.getLast().changes;
        String text =
                statements.stream()
                        .map(each -> each.text)
                        .collect(Collectors.joining(";", "", commits ? AND_COMMIT : ""));
        List<Parameter> parameters =
                statements.stream().flatMap(each -> each.parameters.stream()).toList();
        return database.unwrap(Session.class)
                .doReturningWork(connection -> {
                    try (PreparedStatement statement = connection.prepareStatement(text)) {
                        for (int index = 1; index <= parameters.size(); index++) {
                            parameters.get(index - 1).set(statement, connection, index);
                        }
                        return changes
                                ? CommitOutcomeUnknown.unlessUndone(
                                        connection, () -> work.run(statement))
                                : work.run(statement);
                    }
                });
    }

    /** A transaction that is to be rolled back is not committed by the way. */
    private static boolean mayCommit() {
        return !TrialRun.isRunning() && QuarkusTransaction.getStatus() == Status.STATUS_ACTIVE;
    }

    /** Reads one row. */
    @FunctionalInterface
    public interface Row<T> {

        T read(ResultSet row) throws SQLException;
    }

    @FunctionalInterface
    private interface Parameter {

        void set(PreparedStatement statement, Connection connection, int index) throws SQLException;
    }

    /** Work with a statement that has its parameters. */
    @FunctionalInterface
    interface StatementWork<T> {

        T run(PreparedStatement statement) throws SQLException;
    }
}
