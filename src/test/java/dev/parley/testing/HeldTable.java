package dev.parley.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A table that nobody else can read or write until it is given back. */
public final class HeldTable implements AutoCloseable {

    private final Connection connection;

    private HeldTable(Connection connection) {
        this.connection = connection;
    }

    public static HeldTable of(String table) {
        try {
            Connection connection = Postgres.database().source().getConnection();
            connection.setAutoCommit(false);
            try (Statement lock = connection.createStatement()) {
                lock.execute("lock table " + table + " in access exclusive mode");
            }
            return new HeldTable(connection);
        } catch (SQLException failure) {
            throw new IllegalStateException("Table " + table + " cannot be held", failure);
        }
    }

    /** Waits until Parley waits for it. */
    public HeldTable wanted() {
        Wait.until(() ->
                Postgres.database()
                                .count(
                                        "select count(*) from pg_stat_activity where"
                                            + " application_name = 'parley' and wait_event_type ="
                                            + " 'Lock'")
                        > 0);
        return this;
    }

    @Override
    public void close() {
        try (connection) {
            connection.rollback();
        } catch (SQLException failure) {
            throw new IllegalStateException("The table is still held", failure);
        }
    }
}
