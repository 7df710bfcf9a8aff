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

/** Reads a user's rows of any table, page by page, as PostgreSQL itself tells them in JSON. */
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

    /** Those behind a row, where there are any. */
    List<Row> after(UserTable table, UserId user, Row last) {
        String behind =
                " and (%s) > (%s)"
                        .formatted(
                                names(table),
                                table.order().stream()
                                        .map(column -> "cast(? as %s)".formatted(column.type()))
                                        .collect(joining(", ")));
        JdbcStatement statement =
                JdbcStatement.of(database, select(table, behind)).value(user.value());
        last.place().forEach(statement::value);
        return read(statement, table);
    }

    private static List<Row> read(JdbcStatement statement, UserTable table) {
        return statement.query(row -> row(row, table));
    }

    /**
     * Times are told in UTC, whatever the session's zone. What tells a row from the others has a
     * name of its own in the answer: in an order, such names come before the table's.
     */
    private static String select(UserTable table, String behind) {
        String secrets =
                table.excludedColumns().stream().map("'%s'"::formatted).collect(joining(", "));
        return "set local timezone = 'UTC'; select (to_jsonb(%1$s) - array[%2$s]::text[])::text, %3$s from %1$s where %4$s%5$s order by %6$s limit %7$d"
                .formatted(
                        table.table(),
                        secrets,
                        table.order().stream()
                                .map(column -> "%1$s::text as place_%1$s".formatted(column.name()))
                                .collect(joining(", ")),
                        table.predicate(),
                        behind,
                        names(table),
                        PAGE_SIZE);
    }

    private static String names(UserTable table) {
        return table.order().stream().map(Column::name).collect(joining(", "));
    }

    private static Row row(ResultSet row, UserTable table) throws SQLException {
        List<String> place = new ArrayList<>();
        for (int column = 0; column < table.order().size(); column++) {
            place.add(row.getString(2 + column));
        }
        return new Row(row.getString(1), place);
    }

    /**
     * A row.
     *
     * @param place what tells it from the others, as text
     */
    record Row(String json, List<String> place) {}
}
