package dev.parley.platform.database.sql;

import dev.parley.platform.problem.LimitReached;
import jakarta.persistence.EntityManager;
import java.util.UUID;

/** Limits the number of rows that an account has in a table. */
public final class RowsOfAccount {

    private RowsOfAccount() {}

    /**
     * Requires that the account may add a row to the table. Until the transaction ends, other
     * transactions that add a row for the account wait: without the lock, two rows added at the
     * same time could exceed the limit. The count stops at the limit and reads an index on {@code
     * user_id}.
     *
     * @param table the table's name, which is also the plural that the problem's detail states
     * @throws LimitReached if the account has {@code limit} rows or more
     */
    public static void requireBelow(EntityManager database, String table, UUID account, int limit) {
        if (!isBelow(database, table, table + " where user_id = ?", account, limit)) {
            throw new LimitReached(table, limit);
        }
    }

    /**
     * Whether the account has fewer than {@code limit} of the rows. Until the transaction ends,
     * other transactions that ask about the same kind for the account wait, as by {@link
     * #requireBelow}.
     *
     * @param kind the plural of what is limited, as in "tasks"; names the lock
     * @param rows a table and a condition with one parameter, the account
     */
    public static boolean isBelow(
            EntityManager database, String kind, String rows, UUID account, int limit) {
        JdbcStatement.of(database, "select 1 from pg_advisory_xact_lock(hashtextextended(?, 0))")
                .value(kind + " of " + account)
                .query(row -> row.getInt(1));
        // A statement of its own, which sees what the previous owner of the lock has committed
        long count =
                JdbcStatement.of(
                                database,
                                "select count(*) from (select from %s limit ?) as counted"
                                        .formatted(rows))
                        .value(account)
                        .value(limit)
                        .query(row -> row.getLong(1))
                        .getFirst();
        return count < limit;
    }
}
