package dev.parley.platform.database.sql;

/**
 * Work inside of a transaction that its caller rolls back. None of its statements brings the commit
 * along ({@link JdbcStatement#thenCommit}).
 */
public final class TrialRun {

    private static final ScopedValue<Boolean> RUNS = ScopedValue.newInstance();

    private TrialRun() {}

    public static void run(Runnable work) {
        ScopedValue.where(RUNS, true).run(work);
    }

    static boolean isRunning() {
        return RUNS.isBound();
    }
}
