package dev.parley.testing;

/**
 * A database that is slow to write turns: whoever opens or settles one works for as long as this is
 * open. Nothing is locked, so that nobody's patience with locks matters.
 */
public final class SlowTurns implements AutoCloseable {

    private final Database database = Postgres.database();
    private final String table;

    private SlowTurns(String table, String trigger) {
        this.table = table;
        database.change("create table if not exists slow_turns (held boolean)");
        database.change("insert into slow_turns values (true)");
        database.change(
                """
                create or replace function be_slow() returns trigger language plpgsql as $$
                begin
                    while exists (select from slow_turns) loop perform pg_sleep(0.005); end loop;
                    return null;
                end $$
                """);
        database.change(trigger.formatted(table));
    }

    public static SlowTurns toOpen() {
        return during("insert");
    }

    public static SlowTurns toSettle() {
        return during("update");
    }

    /** The commit of an opening takes so long; what it has written stays locked meanwhile. */
    public static SlowTurns toCommitAnOpening() {
        return committing("turns", "insert");
    }

    /** The same of a settling. */
    public static SlowTurns toCommitASettling() {
        return committing("turns", "update");
    }

    /** The same of what a tool has done. */
    public static SlowTurns toCommitAStep() {
        return committing("turn_steps", "insert");
    }

    private static SlowTurns during(String event) {
        return new SlowTurns(
                "turns",
                "create trigger slow after "
                        + event
                        + " on %s for each statement execute function be_slow()");
    }

    private static SlowTurns committing(String table, String event) {
        return new SlowTurns(
                table,
                "create constraint trigger slow after "
                        + event
                        + " on %s deferrable initially deferred for each row execute function"
                        + " be_slow()");
    }

    /** Waits until Parley is at it. */
    public SlowTurns atWork() {
        Wait.until(() ->
                database.count(
                                """
                                select count(*) from pg_stat_activity
                                where application_name = 'parley' and wait_event = 'PgSleep'
                                """)
                        > 0);
        return this;
    }

    /** Lets them go on; the trigger goes when they are through. */
    @Override
    public void close() {
        database.change("delete from slow_turns");
        database.change("drop trigger slow on " + table);
    }
}
