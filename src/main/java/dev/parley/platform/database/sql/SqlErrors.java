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
import org.postgresql.util.PSQLException;

/** The failures of the database that are nobody's mistake and may pass. */
public enum SqlErrors {
    /**
     * The connection could not be made or was lost: what was asked may or may not have been done.
     */
    UNAVAILABLE,
    /**
     * It is there but had no room in time: the wait for the pool, a lock or a statement ran out.
     */
    OVERLOADED;

    private static final int MAX_CAUSES = 64;

    /** Of pgjdbc's own making, when it was interrupted or broke while it spoke with the server. */
    private static final String UNEXPECTED = "99999";

    private static final Set<String> UNFIT = Set.of("22001", "22003", "22008", "22021", "22P05");
    private static final String DEADLOCK = "40P01";
    private static final String DUPLICATE = "23505";
    private static final String FOREIGN_KEY = "23503";

    /**
     * What the failure says of the database, or empty where it is of another kind. Looks at
     * suppressed exceptions as well as at causes: a commit of which the answer was lost comes as a
     * {@code RollbackException} that has the truth suppressed. One without any truth is the
     * transaction's time that ran out: the database froze.
     */
    public static Optional<SqlErrors> classify(Throwable failure) {
        boolean transactionBroke = false;
        for (Throwable each : allOf(failure)) {
            if (each instanceof SQLException sql) {
                if (isRefusal(sql)) {
                    return Optional.empty();
                }
                Optional<SqlErrors> trouble = of(sql);
                if (trouble.isPresent()) {
                    return trouble;
                }
            }
            if (each instanceof CapacityExceeded) {
                return Optional.of(OVERLOADED);
            }
            transactionBroke = transactionBroke || isBrokenTransaction(each);
        }
        return transactionBroke ? Optional.of(UNAVAILABLE) : Optional.empty();
    }

    /**
     * Whether the failure came while the transaction was ending, so that nobody on this side knows
     * how it ended. Before that, whatever was done is undone.
     */
    public static boolean leavesOutcomeUnknown(Throwable failure) {
        return classify(failure).isPresent()
                && allOf(failure).stream().anyMatch(SqlErrors::isBrokenTransaction);
    }

    /** Whether there was no connection to be had in time, so that nothing has begun. */
    public static boolean isPoolTimeout(Throwable failure) {
        return allOf(failure).stream()
                .anyMatch(each -> each instanceof SQLException sql && isPoolTimeout(sql));
    }

    /** Whether two transactions waited for each other, and this one had to give way. */
    public static boolean isDeadlock(Throwable failure) {
        return allOf(failure).stream()
                .anyMatch(each ->
                        each instanceof SQLException sql && DEADLOCK.equals(sql.getSQLState()));
    }

    /** Whether a value is beyond what the database can keep: too long, too large, no text. */
    public static boolean isInvalidData(Throwable failure) {
        return allOf(failure).stream()
                .anyMatch(each ->
                        each instanceof SQLException sql
                                && UNFIT.contains(String.valueOf(sql.getSQLState())));
    }

    /** Whether a name was taken that must be unique. */
    public static boolean isUniqueViolation(Throwable failure) {
        return allOf(failure).stream()
                .anyMatch(each ->
                        each instanceof SQLException sql && DUPLICATE.equals(sql.getSQLState()));
    }

    /** Whether something was written about a row that has just gone, but for the user's own. */
    public static boolean isForeignKeyViolation(Throwable failure) {
        return allOf(failure).stream()
                        .anyMatch(each ->
                                each instanceof SQLException sql
                                        && FOREIGN_KEY.equals(sql.getSQLState()))
                && !isMissingUser(failure);
    }

    /** Whether something was written for a user who has just gone. */
    public static boolean isMissingUser(Throwable failure) {
        return allOf(failure).stream()
                .anyMatch(each ->
                        each instanceof PSQLException refusal
                                && FOREIGN_KEY.equals(refusal.getSQLState())
                                && refusal.getServerErrorMessage() != null
                                && String.valueOf(refusal.getServerErrorMessage().getConstraint())
                                        .endsWith("_user_id_fkey"));
    }

    private static boolean isBrokenTransaction(Throwable failure) {
        return failure instanceof RollbackException || failure instanceof HeuristicMixedException;
    }

    /**
     * Data that do not fit or constraints that say no (classes 22 and 23): the database is well,
     * and will say so again.
     */
    private static boolean isRefusal(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    private static List<Throwable> allOf(Throwable failure) {
        List<Throwable> all = new ArrayList<>();
        Deque<Throwable> toLookAt = new ArrayDeque<>(List.of(failure));
        while (!toLookAt.isEmpty() && all.size() < MAX_CAUSES) {
            Throwable next = toLookAt.pop();
            all.add(next);
            if (next.getCause() != null) {
                toLookAt.add(next.getCause());
            }
            toLookAt.addAll(List.of(next.getSuppressed()));
        }
        return all;
    }

    /** SQLSTATE classes as PostgreSQL gives them, appendix A of its manual. */
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
     * What has no state comes from the pool, not from the server; a wait that ran out is told by
     * its message alone.
     */
    private static boolean isPoolTimeout(SQLException failure) {
        String message = failure.getMessage();
        return failure instanceof SQLTransientConnectionException
                || (message != null && message.contains("cquisition timeout"));
    }
}
