package dev.parley.userdata;

import java.util.List;

/**
 * A table with rows that belong to users.
 *
 * @param predicate the condition that finds a user's rows; its one question mark is the user's id
 * @param order the columns by which an export is ordered: columns of an index that identify a row
 *     among the user's rows
 * @param excludedColumns secret columns that are left out of an export
 * @param lockFirst whether transactions that change the user's data lock these rows before all
 *     other rows; the erasure does the same, to avoid a deadlock
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

    /** A table that references the user in {@code user_id}. */
    public static UserTable byUser(String table, Column... order) {
        return new UserTable(table, "user_id = ?", List.of(order), List.of(), false);
    }

    /**
     * A table that references a row of the user in another table. The predicate uses an array, so
     * that PostgreSQL looks the rows up by the parent ids and does not scan all users' rows in the
     * order of an index.
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

    /** A column and its PostgreSQL type. */
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
