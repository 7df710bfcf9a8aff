package dev.parley.userdata;

import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import io.quarkus.arc.All;
import io.quarkus.narayana.jta.runtime.TransactionConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The one transaction in which a user goes. */
@ApplicationScoped
class ErasureTransaction {

    /** Rows of one statement: few enough for the time that a statement has. */
    private static final int BATCH_SIZE = 20_000;

    private static final int SECONDS = 600;

    private static final String REFERENCES =
            """
            select child.relname, parent.relname from pg_constraint
            join pg_class child on child.oid = conrelid join pg_class parent on parent.oid = confrelid
            where contype = 'f' and connamespace = current_schema()::regnamespace and conrelid <> confrelid
            """;

    private final EntityManager database;
    private final List<UserDataTables> rooms;

    ErasureTransaction(EntityManager database, @All List<UserDataTables> rooms) {
        this.database = database;
        this.rooms = rooms;
    }

    /** Asks every module, before anything is stopped. */
    @Transactional
    void requireErasable(UserId user) {
        rooms.forEach(room -> room.requireErasable(user));
    }

    /**
     * @return how many rows went
     */
    @Transactional
    @TransactionConfiguration(timeout = SECONDS)
    long erase(UserId user) {
        requireErasable(user);
        List<UserTable> tables = childrenFirst();
        // What was begun between the first hold and the last, nobody can be at work on any more
        hold(tables, user);
        hold(tables, user);
        long rows = 0;
        for (UserTable table : tables) {
            long gone = delete(table, user);
            if (gone == 0 && table.equals(tables.getLast())) {
                throw new UserNotFound(user);
            }
            rows += gone;
        }
        return rows;
    }

    private void hold(List<UserTable> tables, UserId user) {
        tables.stream()
                .filter(UserTable::lockFirst)
                .forEach(table ->
                        JdbcStatement.of(
                                        database,
                                        "select from %s where %s order by %s for update"
                                                .formatted(
                                                        table.table(),
                                                        table.predicate(),
                                                        table.order().getFirst().name()))
                                .value(user.value())
                                .query(row -> user));
    }

    private long delete(UserTable table, UserId user) {
        long rows = 0;
        int gone;
        do {
            gone =
                    JdbcStatement.of(
                                    database,
                                    "delete from %1$s where ctid = any (array(select ctid from %1$s where %2$s limit %3$d))"
                                            .formatted(
                                                    table.table(), table.predicate(), BATCH_SIZE))
                            .value(user.value())
                            .execute();
            rows += gone;
        } while (gone > 0 || isAnyLeft(table, user));
        return rows;
    }

    /**
     * A row that somebody changed in this very moment was waited for, and then passed over, since
     * it lies elsewhere now: the next statement finds it.
     */
    private boolean isAnyLeft(UserTable table, UserId user) {
        return JdbcStatement.of(
                        database,
                        "select exists (select from %s where %s)"
                                .formatted(table.table(), table.predicate()))
                .value(user.value())
                .query(row -> row.getBoolean(1))
                .getFirst();
    }

    /** By the schema's foreign keys: a table that refers to another comes before it. */
    private List<UserTable> childrenFirst() {
        Map<String, UserTable> left = new TreeMap<>();
        rooms.forEach(room -> room.tables().forEach(table -> left.put(table.table(), table)));
        Map<String, Set<String>> childrenOf = childrenOf();
        List<UserTable> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            List<UserTable> childless =
                    left.values().stream()
                            .filter(table ->
                                    childrenOf.getOrDefault(table.table(), Set.of()).stream()
                                            .noneMatch(left::containsKey))
                            .toList();
            if (childless.isEmpty()) {
                throw new IllegalStateException(
                        "Tables refer to each other in a circle: " + left.keySet());
            }
            ordered.addAll(childless);
            childless.forEach(table -> left.remove(table.table()));
        }
        return ordered;
    }

    private Map<String, Set<String>> childrenOf() {
        Map<String, Set<String>> children = new TreeMap<>();
        JdbcStatement.of(database, REFERENCES)
                .query(row ->
                        children.computeIfAbsent(row.getString(2), parent -> new TreeSet<>())
                                .add(row.getString(1)));
        return children;
    }
}
