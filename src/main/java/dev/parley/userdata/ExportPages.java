package dev.parley.userdata;

import static java.util.stream.Collectors.joining;

import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import dev.parley.userdata.UserTable.Column;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads a user's rows of any table, page by page. PostgreSQL itself converts the rows to JSON. */
@ApplicationScoped
@Transactional
class ExportPages {

    private static final int PAGE_SIZE = 50;

    private final EntityManager database;

    ExportPages(EntityManager database) {
        this.database = database;
    }

    List<Row> first(UserTable table, UserId user) {
        return read(JdbcStatement.of(database, select(table, "")).value(user.value()), table);
    }

    /** The rows after the given row; empty if there are no more. */
    List<Row> after(UserTable table, UserId user, Row last) {
        String condition =
                " and (%s) > (%s)"
                        .formatted(
                                names(table),
                                table.order().stream()
                                        .map(column -> "cast(? as %s)".formatted(column.type()))
                                        .collect(joining(", ")));
        JdbcStatement statement =
                JdbcStatement.of(database, select(table, condition)).value(user.value());
        last.key().forEach(statement::value);
        return read(statement, table);
    }

    private static List<Row> read(JdbcStatement statement, UserTable table) {
        return statement.query(row -> read(row, table));
    }

    /**
     * Times are in UTC, whatever the session's time zone. The key columns have their own aliases in
     * the result, because {@code order by} prefers result names to the table's columns.
     */
    private static String select(UserTable table, String condition) {
        String excluded =
                table.excludedColumns().stream().map("'%s'"::formatted).collect(joining(", "));
        return "set local timezone = 'UTC'; select (to_jsonb(%1$s) - array[%2$s]::text[])::text, %3$s from %1$s where %4$s%5$s order by %6$s limit %7$d"
                .formatted(
                        table.table(),
                        excluded,
                        table.order().stream()
                                .map(column -> "%1$s::text as key_%1$s".formatted(column.name()))
                                .collect(joining(", ")),
                        table.predicate(),
                        condition,
                        names(table),
                        PAGE_SIZE);
    }

    private static String names(UserTable table) {
        return table.order().stream().map(Column::name).collect(joining(", "));
    }

    private static Row read(ResultSet row, UserTable table) throws SQLException {
        List<String> key = new ArrayList<>();
        for (int column = 0; column < table.order().size(); column++) {
            key.add(row.getString(2 + column));
        }
        return new Row(row.getString(1), key);
    }

    /**
     * A row.
     *
     * @param key the values of the order columns, as text
     */
    record Row(String json, List<String> key) {}
}
