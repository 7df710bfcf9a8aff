package dev.parley.platform.database.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;

/**
 * Work failed that was sent with the commit of its transaction, or that comes after it: the commit
 * may have taken place.
 */
public final class CommitOutcomeUnknown extends RuntimeException {

    private static final long serialVersionUID = 1;

    private CommitOutcomeUnknown(Throwable cause) {
        super("The transaction may have been committed", cause);
    }

    /**
     * Does what follows the commit in its method. It must not touch the database.
     *
     * @throws CommitOutcomeUnknown if the work fails
     */
    public static <T> T onFailure(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error failure) {
            throw new CommitOutcomeUnknown(failure);
        }
    }

    /** The same for work that returns nothing. */
    public static void onFailure(Runnable work) {
        onFailure(() -> {
            work.run();
            return true;
        });
    }

    /**
     * Sends a statement and the commit.
     *
     * @throws CommitOutcomeUnknown unless the server has refused the statement or the commit
     */
    static <T> T unlessUndone(Connection connection, Sending<T> work) throws SQLException {
        try {
            return work.run();
        } catch (SQLException | RuntimeException | Error failure) {
            if (hasFailed(connection) || SqlErrors.isRefusedByServer(failure)) {
                throw failure;
            }
            throw new CommitOutcomeUnknown(failure);
        }
    }

    /**
     * Whether the server has told that the transaction is still open and can only be rolled back.
     */
    private static boolean hasFailed(Connection connection) {
        try {
            return connection.unwrap(PgConnection.class).getTransactionState()
                    == TransactionState.FAILED;
        } catch (SQLException closed) {
            return false;
        }
    }

    /** Sends a statement, and reads what it returns. */
    @FunctionalInterface
    interface Sending<T> {

        T run() throws SQLException;
    }
}
