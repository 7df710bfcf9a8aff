package dev.parley.platform.jobs;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Deletes the rows of one table whose retention has ended, batch by batch, until no such row is
 * left or the deadline has passed. A module declares each of its purge jobs as a bean of this type.
 */
public abstract class PurgeJob implements Job {

    private static final int BATCH_SIZE = 10_000;

    private final String name;
    private final Duration interval;
    private final ExpiredRows rows;
    private final String table;
    private final String column;
    private final String condition;
    private final Supplier<?> oldestKept;

    /**
     * @param column the column with the time of a row, or with an id that begins with it (UUIDv7);
     *     needs an index
     * @param oldestKept returns, at each run, the time or id before which rows are deleted
     */
    protected PurgeJob(
            String name,
            Duration interval,
            ExpiredRows rows,
            String table,
            String column,
            Supplier<?> oldestKept) {
        this(name, interval, rows, table, column, "true", oldestKept);
    }

    /**
     * @param condition a condition of SQL, a constant of the code; rows that do not meet the
     *     condition are kept, however old they are
     */
    protected PurgeJob(
            String name,
            Duration interval,
            ExpiredRows rows,
            String table,
            String column,
            String condition,
            Supplier<?> oldestKept) {
        this.condition = condition;
        this.name = name;
        this.interval = interval;
        this.rows = rows;
        this.table = table;
        this.column = column;
        this.oldestKept = oldestKept;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Duration interval() {
        return interval;
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(30);
    }

    @Override
    public final void run(Deadline deadline) {
        Object oldest = oldestKept.get();
        deadline.inBatches(
                BATCH_SIZE, () -> rows.deleteBatch(table, column, condition, oldest, BATCH_SIZE));
    }
}
