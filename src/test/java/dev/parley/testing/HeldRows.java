package dev.parley.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Rows that a test changes and thereby locks, so that other transactions wait for the rows. */
public final class HeldRows implements AutoCloseable {

    private final Connection connection;

    private HeldRows(Connection connection) {
        this.connection = connection;
    }

    /** Begins a transaction with a change, whose rows stay locked. */
    public static HeldRows by(String change, Object... values) throws SQLException {
        Connection connection = Postgres.database().source().getConnection();
        connection.setAutoCommit(false);
        return new HeldRows(connection).and(change, values);
    }

    /** Makes another change in the same transaction. */
    public HeldRows and(String change, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(change)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
        return this;
    }

    /**
     * Runs a task, and commits as soon as the task waits for these rows or has ended without
     * waiting.
     */
    public <T> T commitOnceWaitedFor(Callable<T> task) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<T> done = threads.submit(task);
            Wait.until(() -> done.isDone() || isBlocking());
            connection.commit();
            return done.get();
        }
    }

    private boolean isBlocking() throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("select pg_backend_pid()::text");
                var backend = statement.executeQuery()) {
            backend.next();
            return Postgres.database()
                            .count(
                                    "select count(*) from pg_stat_activity where"
                                            + " cast(? as int) = any (pg_blocking_pids(pid))",
                                    backend.getString(1))
                    > 0;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.close();
    }
}
