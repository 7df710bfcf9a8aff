package dev.parley.platform.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.temporal.Temporal;

/** Deletes rows that are older than they are kept, one batch in one short transaction. */
@ApplicationScoped
public class ExpiredRows {

    private final EntityManager database;

    ExpiredRows(EntityManager database) {
        this.database = database;
    }

    /**
     * Skips rows that another transaction has locked, so replicas share the work. The batch has no
     * order: a sort would read every expired row for each batch.
     *
     * @param table and {@code column}: constants of the code, never input
     * @return how many rows were deleted
     */
    @Transactional
    int deleteBatch(String table, String column, Temporal oldestKept, int size) {
        return database.createNativeQuery(
                        """
                        delete from %1$s where ctid = any (array(
                            select ctid from %1$s where %2$s < :oldest limit :size for update skip locked))
                        """
                                .formatted(table, column))
                .setParameter("oldest", oldestKept)
                .setParameter("size", size)
                .executeUpdate();
    }
}
