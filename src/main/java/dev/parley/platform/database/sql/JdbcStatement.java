package dev.parley.platform.database.sql;

import jakarta.persistence.EntityManager;
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
import java.util.stream.Stream;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/**
 * One statement as the driver takes it, on the connection of the running transaction, for many rows
 * at once: a column of each is one array, which {@code unnest} turns into rows again.
 *
 * <p>For the few statements that every turn sends: what Hibernate adds to one was more than what
 * the statement itself costs (docs/decisions/0011).
 */
public final class JdbcStatement {

    /**
     * Items of one transaction wait for a lock only as long as their neighbours can bear; sent
     * along with the statement, at no round trip of its own.
     */
    private static final String IMPATIENTLY = "set local lock_timeout = '100ms'; ";

    private final EntityManager database;
    private final String text;
    private final List<Parameter> parameters = new ArrayList<>();

    private JdbcStatement(EntityManager database, String text) {
        this.database = database;
        this.text = text;
    }

    /**
     * A statement with a question mark for each parameter, in the order in which they are given.
     */
    public static JdbcStatement of(EntityManager database, String text) {
        return new JdbcStatement(database, text);
    }

    /** The same, and from here on the transaction waits for locks only briefly. */
    public static JdbcStatement withShortLockTimeout(EntityManager database, String text) {
        return new JdbcStatement(database, IMPATIENTLY + text);
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

    /** A text that may be null, which the server could not tell the type of by itself. */
    public JdbcStatement text(@Nullable String text) {
        parameters.add((statement, connection, place) -> statement.setString(place, text));
        return this;
    }

    public JdbcStatement value(Object value) {
        parameters.add((statement, connection, place) -> statement.setObject(place, value));
        return this;
    }

    /** The rows that the statement returns. */
    public <T> List<T> query(Row<T> row) {
        return run(statement -> {
            boolean isRows = statement.execute();
            while (!isRows && statement.getUpdateCount() >= 0) {
                isRows = statement.getMoreResults();
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet found = statement.getResultSet()) {
                while (found.next()) {
                    rows.add(row.read(found));
                }
            }
            return rows;
        });
    }

    /** How many rows it touched. */
    public int execute() {
        return run(statement -> {
            int touched = 0;
            boolean isRows = statement.execute();
            for (int count = statement.getUpdateCount();
                    isRows || count >= 0;
                    count = statement.getUpdateCount()) {
                touched = Math.max(touched, count);
                isRows = statement.getMoreResults();
            }
            return touched;
        });
    }

    private JdbcStatement array(String type, Stream<?> values) {
        return array(type, values.toArray());
    }

    private JdbcStatement array(String type, @Nullable Object[] all) {
        parameters.add((statement, connection, place) ->
                statement.setArray(place, connection.createArrayOf(type, all)));
        return this;
    }

    private <T> T run(Use<T> use) {
        return database.unwrap(Session.class)
                .doReturningWork(connection -> {
                    try (PreparedStatement statement = connection.prepareStatement(text)) {
                        for (int place = 1; place <= parameters.size(); place++) {
                            parameters.get(place - 1).set(statement, connection, place);
                        }
                        return use.of(statement);
                    }
                });
    }

    /** Reads one row. */
    @FunctionalInterface
    public interface Row<T> {

        T read(ResultSet row) throws SQLException;
    }

    @FunctionalInterface
    private interface Parameter {

        void set(PreparedStatement statement, Connection connection, int place) throws SQLException;
    }

    @FunctionalInterface
    private interface Use<T> {

        T of(PreparedStatement statement) throws SQLException;
    }
}
