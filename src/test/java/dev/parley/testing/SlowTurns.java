package dev.parley.testing;

/**
 * Makes the database slow to write turns: opening or settling a turn blocks until this object is
 * closed. The block is no lock, so that lock timeouts do not apply.
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

    /** Blocks the commit that opens a turn; the written rows stay locked until the commit ends. */
    public static SlowTurns toCommitAnOpening() {
        return committing("turns", "insert");
    }

    /** Blocks the commit that settles a turn. */
    public static SlowTurns toCommitASettling() {
        return committing("turns", "update");
    }

    /** Blocks the commit that records a tool step. */
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

    /** Waits until a session of Parley is blocked. */
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

    /** Releases the blocked sessions; dropping the trigger waits for their end. */
    @Override
    public void close() {
        database.change("delete from slow_turns");
        database.change("drop trigger slow on " + table);
    }
}
