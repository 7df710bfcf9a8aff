package dev.parley.database;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The failures of the database that are nobody's mistake and may pass. */
public enum DatabaseTrouble {
    /**
     * The connection could not be made or was lost: what was asked may or may not have been done.
     */
    UNAVAILABLE,
    /**
     * It is there but had no room in time: the wait for the pool, a lock or a statement ran out.
     */
    OVERLOADED;

    private static final int MOST_CAUSES = 64;

    /**
     * What the failure says of the database, or empty where it is of another kind. Looks at
     * suppressed exceptions as well as at causes: a commit of which the answer was lost comes as a
     * {@code RollbackException} that has the truth suppressed.
     */
    public static Optional<DatabaseTrouble> in(Throwable failure) {
        Deque<Throwable> toLookAt = new ArrayDeque<>(List.of(failure));
        for (int looks = 0; !toLookAt.isEmpty() && looks < MOST_CAUSES; looks++) {
            Throwable next = toLookAt.pop();
            Optional<DatabaseTrouble> trouble =
                    next instanceof SQLException sql ? of(sql) : Optional.empty();
            if (trouble.isPresent()) {
                return trouble;
            }
            if (next.getCause() != null) {
                toLookAt.add(next.getCause());
            }
            toLookAt.addAll(List.of(next.getSuppressed()));
        }
        return Optional.empty();
    }

    /** SQLSTATE classes as PostgreSQL gives them, appendix A of its manual. */
    private static Optional<DatabaseTrouble> of(SQLException failure) {
        String state = failure.getSQLState();
        if (state == null) {
            return isPoolTimeout(failure) ? Optional.of(OVERLOADED) : Optional.empty();
        }
        return switch (state) {
            // admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle session
            // timeouts
            case "57P01", "57P02", "57P03", "57P04", "57P05", "25P03" -> Optional.of(UNAVAILABLE);
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

    /** Agroal reports a wait for the pool that ran out as a plain SQLException without a state. */
    private static boolean isPoolTimeout(SQLException failure) {
        String message = failure.getMessage();
        return failure instanceof SQLTransientConnectionException
                || (message != null && message.contains("cquisition timeout"));
    }
}
