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

/** The single transaction that deletes a user. */
@ApplicationScoped
class ErasureTransaction {

    /** Rows per statement, few enough for the statement timeout. */
    private static final int BATCH_SIZE = 20_000;

    private static final int TIMEOUT_SECONDS = 600;

    private static final String REFERENCES =
            """
            select child.relname, parent.relname from pg_constraint
            join pg_class child on child.oid = conrelid join pg_class parent on parent.oid = confrelid
            where contype = 'f' and connamespace = current_schema()::regnamespace and conrelid <> confrelid
            """;

    private final EntityManager database;
    private final List<UserDataTables> modules;

    ErasureTransaction(EntityManager database, @All List<UserDataTables> modules) {
        this.database = database;
        this.modules = modules;
    }

    /** Asks every module whether the user may be erased, before anything is stopped. */
    @Transactional
    void requireErasable(UserId user) {
        modules.forEach(module -> module.requireErasable(user));
    }

    /**
     * @return the number of deleted rows
     */
    @Transactional
    @TransactionConfiguration(timeout = TIMEOUT_SECONDS)
    long erase(UserId user) {
        requireErasable(user);
        List<UserTable> tables = childrenFirst();
        // The second pass locks what was inserted between the first and the last lock of the first
        // pass, so that no other transaction still works on such rows
        lock(tables, user);
        lock(tables, user);
        long rows = 0;
        for (UserTable table : tables) {
            long deleted = delete(table, user);
            if (deleted == 0 && table.equals(tables.getLast())) {
                throw new UserNotFound(user);
            }
            rows += deleted;
        }
        return rows;
    }

    private void lock(List<UserTable> tables, UserId user) {
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
        int deleted;
        do {
            deleted =
                    JdbcStatement.of(
                                    database,
                                    "delete from %1$s where ctid = any (array(select ctid from %1$s where %2$s limit %3$d))"
                                            .formatted(
                                                    table.table(), table.predicate(), BATCH_SIZE))
                            .value(user.value())
                            .execute();
            rows += deleted;
        } while (deleted > 0 || hasRows(table, user));
        return rows;
    }

    /**
     * A delete waits for a row that another transaction is changing and then skips the row, because
     * the changed row has another ctid. The next statement finds the row.
     */
    private boolean hasRows(UserTable table, UserId user) {
        return JdbcStatement.of(
                        database,
                        "select exists (select from %s where %s)"
                                .formatted(table.table(), table.predicate()))
                .value(user.value())
                .query(row -> row.getBoolean(1))
                .getFirst();
    }

    /**
     * Orders the tables by the schema's foreign keys: a table that references another table comes
     * first.
     */
    private List<UserTable> childrenFirst() {
        Map<String, UserTable> remaining = new TreeMap<>();
        modules.forEach(
                module -> module.tables().forEach(table -> remaining.put(table.table(), table)));
        Map<String, Set<String>> childrenOf = childrenOf();
        List<UserTable> ordered = new ArrayList<>();
        while (!remaining.isEmpty()) {
            List<UserTable> childless =
                    remaining.values().stream()
                            .filter(table ->
                                    childrenOf.getOrDefault(table.table(), Set.of()).stream()
                                            .noneMatch(remaining::containsKey))
                            .toList();
            if (childless.isEmpty()) {
                throw new IllegalStateException(
                        "Tables reference each other in a cycle: " + remaining.keySet());
            }
            ordered.addAll(childless);
            childless.forEach(table -> remaining.remove(table.table()));
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
