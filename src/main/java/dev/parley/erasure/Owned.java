package dev.parley.erasure;

import java.util.List;

/**
 * A table of which rows belong to users.
 *
 * @param whose the condition that finds a user's rows; its one question mark is the user's id
 * @param order the columns by which an export walks them, an index's, that tell one row from all
 *     others of the user's
 * @param secrets columns that nobody gets to see, not even in an export
 * @param isHeldFirst whether changes of the user's data lock these rows before all others: so does
 *     the erasure, to avoid a deadlock
 */
public record Owned(
        String table, String whose, List<Column> order, List<String> secrets, boolean isHeldFirst) {

    public Owned {
        order = List.copyOf(order);
        secrets = List.copyOf(secrets);
    }

    /** Rows that name the user in {@code user_id}. */
    public static Owned byUser(String table, Column... order) {
        return new Owned(table, "user_id = ?", List.of(order), List.of(), false);
    }

    /**
     * Rows that name a row of the user's in another table. An array, so that they are found by
     * those and not by walking everybody's in the order of an index.
     */
    public static Owned through(String parent, String column, String table, Column... order) {
        return new Owned(
                table,
                "%s = any (array(select id from %s where user_id = ?))".formatted(column, parent),
                List.of(order),
                List.of(),
                false);
    }

    public Owned without(String... columns) {
        return new Owned(table, whose, order, List.of(columns), isHeldFirst);
    }

    public Owned heldFirst() {
        return new Owned(table, whose, order, secrets, true);
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
