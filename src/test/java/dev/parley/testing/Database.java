package dev.parley.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** Looks into the database past Parley, and past the proxy. */
public record Database(DataSource source) {

    private static final String OF_PARLEY = "application_name = 'parley'";

    public long count(String query, Object... values) {
        return Long.parseLong(texts(query, values).getFirst());
    }

    /** The first column of each row. */
    public List<String> texts(String query, Object... values) {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = prepared(connection, query, values);
                ResultSet rows = statement.executeQuery()) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(String.valueOf(rows.getString(1)));
            }
            return texts;
        } catch (SQLException failure) {
            throw new IllegalStateException(query, failure);
        }
    }

    public int change(String statement, Object... values) {
        try (Connection connection = source.getConnection();
                PreparedStatement prepared = prepared(connection, statement, values)) {
            return prepared.executeUpdate();
        } catch (SQLException failure) {
            throw new IllegalStateException(statement, failure);
        }
    }

    /** Sessions of Parley's that hold a transaction open without doing anything in it. */
    public long idleInTransaction() {
        return count(
                "select count(*) from pg_stat_activity where state like 'idle in transaction%' and "
                        + OF_PARLEY);
    }

    /** Sessions of Parley's, whatever they do. */
    public long sessions() {
        return count("select count(*) from pg_stat_activity where " + OF_PARLEY);
    }

    /** Ends every session of Parley's, as an administrator would. */
    public long cutSessions() {
        return count(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where " + OF_PARLEY);
    }

    public int used(UUID user) {
        return (int) count("select coalesce(sum(used), 0) from quotas where user_id = ?", user);
    }

    /** Leaves a user so many queries of the month. */
    public void leaveQueries(UUID user, int left, int limit) {
        change(
                """
                insert into quotas (user_id, month, used) values (?, date_trunc('month', now() at time zone 'UTC')::date, ?)
                on conflict (user_id, month) do update set used = excluded.used
                """,
                user,
                limit - left);
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
