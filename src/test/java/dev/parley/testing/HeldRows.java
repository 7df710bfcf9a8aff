package dev.parley.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Rows that a test holds by a change of its own, so that whoever wants them has to wait. */
public final class HeldRows implements AutoCloseable {

    private final Connection connection;

    private HeldRows(Connection connection) {
        this.connection = connection;
    }

    /** Begins a transaction with this change. */
    public static HeldRows by(String change, Object... values) throws SQLException {
        Connection connection = Postgres.database().source().getConnection();
        connection.setAutoCommit(false);
        return new HeldRows(connection).and(change, values);
    }

    /** One more change in the same transaction. */
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
     * Has something done meanwhile, and commits as soon as it waits for these rows, or is over
     * without having waited.
     */
    public <T> T commitOnceWaitedFor(Callable<T> thing) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<T> done = threads.submit(thing);
            Wait.until(() -> done.isDone() || isWaitedFor());
            connection.commit();
            return done.get();
        }
    }

    private boolean isWaitedFor() throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("select pg_backend_pid()::text");
                var mine = statement.executeQuery()) {
            mine.next();
            return Postgres.database()
                            .count(
                                    "select count(*) from pg_stat_activity where"
                                            + " cast(? as int) = any (pg_blocking_pids(pid))",
                                    mine.getString(1))
                    > 0;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.close();
    }
}
