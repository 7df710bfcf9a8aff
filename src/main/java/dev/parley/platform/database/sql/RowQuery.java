package dev.parley.platform.database.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A statement that returns rows, and how each row is read. It is sent alone, or with others by a
 * {@link RoundTrip}.
 */
public final class RowQuery<T> {

    private final JdbcStatement statement;
    private final JdbcStatement.Row<T> row;

    RowQuery(JdbcStatement statement, JdbcStatement.Row<T> row) {
        this.statement = statement;
        this.row = row;
    }

    /** Sends the query alone, on the connection of the running transaction. */
    public List<T> rows() {
        RoundTrip alone = new RoundTrip();
        RoundTrip.Result<T> result = alone.add(this);
        alone.send();
        return result.rows();
    }

    JdbcStatement statement() {
        return statement;
    }

    List<T> read(ResultSet found) throws SQLException {
        List<T> rows = new ArrayList<>();
        while (found.next()) {
            rows.add(row.read(found));
        }
        return rows;
    }
}
