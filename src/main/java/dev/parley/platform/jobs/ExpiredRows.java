package dev.parley.platform.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/** Deletes rows whose retention has ended; each batch is one short transaction. */
@ApplicationScoped
public class ExpiredRows {

    private final EntityManager database;

    ExpiredRows(EntityManager database) {
        this.database = database;
    }

    /**
     * Deletes one batch. Skips rows that another transaction has locked, so that replicas share the
     * work. The batch has no order, because a sort would read every expired row for each batch.
     *
     * @param table a constant of the code, never input, like {@code column} and {@code condition}
     * @return how many rows were deleted
     */
    @Transactional
    int deleteBatch(String table, String column, String condition, Object oldestKept, int size) {
        return database.createNativeQuery(
                        """
                        delete from %1$s where ctid = any (array(
                            select ctid from %1$s where %2$s < :oldest and %3$s limit :size for update skip locked))
                        """
                                .formatted(table, column, condition))
                .setParameter("oldest", oldestKept)
                .setParameter("size", size)
                .executeUpdate();
    }
}
