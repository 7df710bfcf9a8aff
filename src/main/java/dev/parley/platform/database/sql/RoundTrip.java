package dev.parley.platform.database.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Queries of several modules that are sent together, in order, and cost one round trip. Each is a
 * statement of its own: it sees what others have committed before it, and what those before it have
 * changed. If one fails, those after it are not executed.
 */
public final class RoundTrip {

    private final List<Result<?>> results = new ArrayList<>();

    /** Adds a query. Its rows are available after {@link #send}. */
    public <T> Result<T> add(RowQuery<T> query) {
        Result<T> result = new Result<>(query);
        results.add(result);
        return result;
    }

    /** Sends all queries, on the connection of the running transaction. */
    public void send() {
        List<JdbcStatement> statements =
                results.stream().map(result -> result.query.statement()).toList();
        JdbcStatement.run(
                statements.getFirst().database(),
                statements,
                statement -> {
                    int read = 0;
                    // Settings and commits, which are no queries, end with a count
                    for (boolean isRows = statement.execute();
                            isRows || statement.getUpdateCount() >= 0;
                            isRows = statement.getMoreResults()) {
                        if (isRows) {
                            try (ResultSet found = statement.getResultSet()) {
                                results.get(read++).read(found);
                            }
                        }
                    }
                    return read;
                });
    }

    /** The rows of one query. */
    public static final class Result<T> {

        private final RowQuery<T> query;
        private final List<T> rows = new ArrayList<>();

        private Result(RowQuery<T> query) {
            this.query = query;
        }

        private void read(ResultSet found) throws SQLException {
            rows.addAll(query.read(found));
        }

        /** The rows; available after {@link RoundTrip#send}. */
        public List<T> rows() {
            return rows;
        }
    }
}
