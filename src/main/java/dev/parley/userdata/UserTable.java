package dev.parley.userdata;

import java.util.List;

/**
 * A table of which rows belong to users.
 *
 * @param predicate the condition that finds a user's rows; its one question mark is the user's id
 * @param order the columns by which an export walks them, an index's, that tell one row from all
 *     others of the user's
 * @param excludedColumns columns that nobody gets to see, not even in an export
 * @param lockFirst whether changes of the user's data lock these rows before all others: so does
 *     the erasure, to avoid a deadlock
 */
public record UserTable(
        String table,
        String predicate,
        List<Column> order,
        List<String> excludedColumns,
        boolean lockFirst) {

    public UserTable {
        order = List.copyOf(order);
        excludedColumns = List.copyOf(excludedColumns);
    }

    /** Rows that name the user in {@code user_id}. */
    public static UserTable byUser(String table, Column... order) {
        return new UserTable(table, "user_id = ?", List.of(order), List.of(), false);
    }

    /**
     * Rows that name a row of the user's in another table. An array, so that they are found by
     * those and not by walking everybody's in the order of an index.
     */
    public static UserTable through(String parent, String column, String table, Column... order) {
        return new UserTable(
                table,
                "%s = any (array(select id from %s where user_id = ?))".formatted(column, parent),
                List.of(order),
                List.of(),
                false);
    }

    public UserTable without(String... columns) {
        return new UserTable(table, predicate, order, List.of(columns), lockFirst);
    }

    public UserTable lockedFirst() {
        return new UserTable(table, predicate, order, excludedColumns, true);
    }

    /** A column, and its type as PostgreSQL calls it. */
    public record Column(String name, String type) {

        public static Column id(String name) {
            return new Column(name, "uuid");
        }

        public static Column text(String name) {
            return new Column(name, "text");
        }

        public static Column number(String name) {
            return new Column(name, "bigint");
        }

        public static Column date(String name) {
            return new Column(name, "date");
        }

        public static Column moment(String name) {
            return new Column(name, "timestamptz");
        }
    }
}
