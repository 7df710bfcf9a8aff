package dev.parley.platform.database.sql;

import dev.parley.platform.database.CapacityExceeded;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;

/** Transient failures of the database, and the classification of SQL errors. */
public enum SqlErrors {
    /**
     * The connection could not be made or was lost: the statement may or may not have been
     * executed.
     */
    UNAVAILABLE,
    /**
     * The database is reachable but overloaded: the wait for the pool, a lock or a statement timed
     * out.
     */
    OVERLOADED;

    private static final int MAX_CAUSES = 64;

    /** Set by pgjdbc itself, if it was interrupted or failed during communication. */
    private static final String UNEXPECTED = "99999";

    private static final Set<String> INVALID_DATA =
            Set.of("22001", "22003", "22008", "22021", "22P05");
    private static final Pattern REFUSED = Pattern.compile("(22|23)...|40001|40P01|55P03");
    private static final String DEADLOCK = "40P01";
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String FOREIGN_KEY_VIOLATION = "23503";

    /**
     * The transient failure of the database behind an exception, or empty if the exception is of
     * another kind. Suppressed exceptions are searched as well as causes: if the response to a
     * commit is lost, the commit throws a {@code RollbackException} with the real failure as
     * suppressed. A {@code RollbackException} without such a failure means that the transaction
     * timed out, because the database froze.
     */
    public static Optional<SqlErrors> classify(Throwable failure) {
        boolean transactionBroke = false;
        for (Throwable cause : causesOf(failure)) {
            if (cause instanceof CommitOutcomeUnknown) {
                return Optional.of(UNAVAILABLE);
            }
            if (cause instanceof SQLException sql) {
                if (isRefusal(sql)) {
                    return Optional.empty();
                }
                Optional<SqlErrors> trouble = of(sql);
                if (trouble.isPresent()) {
                    return trouble;
                }
            }
            if (cause instanceof CapacityExceeded) {
                return Optional.of(OVERLOADED);
            }
            transactionBroke = transactionBroke || isBrokenTransaction(cause);
        }
        return transactionBroke ? Optional.of(UNAVAILABLE) : Optional.empty();
    }

    /**
     * Whether the failure happened during the commit, so that its outcome is unknown on this side.
     * A failure before the commit is always rolled back.
     */
    public static boolean leavesOutcomeUnknown(Throwable failure) {
        return classify(failure).isPresent()
                && causesOf(failure).stream().anyMatch(SqlErrors::isBrokenTransaction);
    }

    /**
     * Whether the server has refused a commit, or a statement that was sent with it, for a reason
     * that leaves no doubt: invalid data, a violated constraint, a conflict with another
     * transaction. Others, such as a cancelled statement, may be reported after the commit.
     */
    static boolean isRefusedByServer(Throwable failure) {
        return causesOf(failure).stream()
                .anyMatch(cause ->
                        cause instanceof PSQLException sql
                                && sql.getServerErrorMessage() != null
                                && REFUSED.matcher(String.valueOf(sql.getSQLState())).matches());
    }

    /** Whether the pool gave no connection in time, so that no statement was executed. */
    public static boolean isPoolTimeout(Throwable failure) {
        return causesOf(failure).stream()
                .anyMatch(cause -> cause instanceof SQLException sql && isPoolTimeout(sql));
    }

    /** Whether the transaction was aborted because of a deadlock with another one. */
    public static boolean isDeadlock(Throwable failure) {
        return causesOf(failure).stream()
                .anyMatch(cause ->
                        cause instanceof SQLException sql && DEADLOCK.equals(sql.getSQLState()));
    }

    /** Whether a value cannot be stored: too long, too large, or with invalid characters. */
    public static boolean isInvalidData(Throwable failure) {
        return causesOf(failure).stream()
                .anyMatch(cause ->
                        cause instanceof SQLException sql
                                && INVALID_DATA.contains(String.valueOf(sql.getSQLState())));
    }

    /** Whether a value exists already that must be unique. */
    public static boolean isUniqueViolation(Throwable failure) {
        return causesOf(failure).stream()
                .anyMatch(cause ->
                        cause instanceof SQLException sql
                                && UNIQUE_VIOLATION.equals(sql.getSQLState()));
    }

    /** Whether a row refers to a row that was just deleted, other than the row of a user. */
    public static boolean isForeignKeyViolation(Throwable failure) {
        return causesOf(failure).stream()
                        .anyMatch(cause ->
                                cause instanceof SQLException sql
                                        && FOREIGN_KEY_VIOLATION.equals(sql.getSQLState()))
                && !isMissingUser(failure);
    }

    /** Whether a row refers to a user who was just erased. */
    public static boolean isMissingUser(Throwable failure) {
        return causesOf(failure).stream()
                .anyMatch(cause ->
                        cause instanceof PSQLException sql
                                && FOREIGN_KEY_VIOLATION.equals(sql.getSQLState())
                                && sql.getServerErrorMessage() != null
                                && String.valueOf(sql.getServerErrorMessage().getConstraint())
                                        .endsWith("_user_id_fkey"));
    }

    private static boolean isBrokenTransaction(Throwable failure) {
        return failure instanceof RollbackException
                || failure instanceof HeuristicMixedException
                || failure instanceof CommitOutcomeUnknown;
    }

    /**
     * Invalid data or a violated constraint (classes 22 and 23): the database works, and would
     * reject the statement again.
     */
    private static boolean isRefusal(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    private static List<Throwable> causesOf(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        Deque<Throwable> pending = new ArrayDeque<>(List.of(failure));
        while (!pending.isEmpty() && causes.size() < MAX_CAUSES) {
            Throwable next = pending.pop();
            causes.add(next);
            if (next.getCause() != null) {
                pending.add(next.getCause());
            }
            pending.addAll(List.of(next.getSuppressed()));
        }
        return causes;
    }

    /** SQLSTATE codes as in appendix A of PostgreSQL's manual. */
    private static Optional<SqlErrors> of(SQLException failure) {
        String state = failure.getSQLState();
        if (state == null) {
            return Optional.of(isPoolTimeout(failure) ? OVERLOADED : UNAVAILABLE);
        }
        return switch (state) {
            // admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle session
            // timeouts
            case "57P01", "57P02", "57P03", "57P04", "57P05", "25P03", UNEXPECTED ->
                    Optional.of(UNAVAILABLE);
            // lock_not_available, query_canceled (statement_timeout), deadlock, serialization
            case "55P03", "57014", "40P01", "40001" -> Optional.of(OVERLOADED);
            default -> {
                if (state.startsWith("08") || state.startsWith("58")) {
                    yield Optional.of(UNAVAILABLE);
                }
                // 53: insufficient resources, too_many_connections among them
                yield state.startsWith("53") ? Optional.of(OVERLOADED) : Optional.empty();
            }
        };
    }

    /**
     * An exception without SQLSTATE comes from the pool, not from the server; a timeout is
     * recognized by its message only.
     */
    private static boolean isPoolTimeout(SQLException failure) {
        String message = failure.getMessage();
        return failure instanceof SQLTransientConnectionException
                || (message != null && message.contains("cquisition timeout"));
    }
}
