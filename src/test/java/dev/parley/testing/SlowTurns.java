package dev.parley.testing;

/**
 * A database that is slow to write turns: whoever opens or settles one works for as long as this is
 * open. Nothing is locked, so that nobody's patience with locks matters.
 */
public final class SlowTurns implements AutoCloseable {

    private final Database database = Postgres.database();

    private SlowTurns(String event) {
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
        database.change(
                "create trigger slow after %s on turns for each statement execute function be_slow()"
                        .formatted(event));
    }

    public static SlowTurns toOpen() {
        return new SlowTurns("insert");
    }

    public static SlowTurns toSettle() {
        return new SlowTurns("update");
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
        database.change("drop trigger slow on turns");
    }
}
