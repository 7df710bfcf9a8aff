package dev.parley.testing;

import dev.parley.platform.jobs.PausedJobs;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL explains how it executed each of Parley's statements, in notices on the wire that
 * {@link DatabaseProxy#notes} has.
 */
public final class QueryPlans {

    private static final Pattern ROWS_OF_A_NODE =
            Pattern.compile("actual rows=(\\d+)(?:\\.\\d+)? loops=(\\d+)");
    private static final Pattern ROWS_REMOVED =
            Pattern.compile("Rows Removed by (?:Filter|Join Filter|Index Recheck): (\\d+)");

    private QueryPlans() {}

    /** Sessions that begin from now on explain their statements; the others are cut. */
    public static void start() {
        Database database = Postgres.database();
        database.change("alter role postgres set session_preload_libraries = 'auto_explain'");
        database.change("alter role postgres set auto_explain.log_min_duration = 0");
        database.change("alter role postgres set auto_explain.log_analyze = on");
        database.change("alter role postgres set auto_explain.log_timing = off");
        database.change("alter role postgres set auto_explain.log_level = 'notice'");
        // As with large tables: a small one is read whole, however well it is indexed
        database.change("alter role postgres set enable_seqscan = off");
        Postgres.proxy().keepNotes(true);
        cutSessions();
    }

    public static void stop() {
        Postgres.database().change("alter role postgres reset all");
        Postgres.proxy().keepNotes(false);
        cutSessions();
    }

    /** No job is at work meanwhile: it would fail, and say so in a later test. */
    private static void cutSessions() {
        try (PausedJobs _ = PausedJobs.pause()) {
            Postgres.database().cutSessions();
        }
    }

    /** The most rows that any node of the plans has handed on or thrown away. */
    public static int touched(String plans) {
        int most = 0;
        for (Matcher rows = ROWS_OF_A_NODE.matcher(plans); rows.find(); ) {
            most =
                    Math.max(
                            most,
                            Integer.parseInt(rows.group(1)) * Integer.parseInt(rows.group(2)));
        }
        for (Matcher rows = ROWS_REMOVED.matcher(plans); rows.find(); ) {
            most = Math.max(most, Integer.parseInt(rows.group(1)));
        }
        return most;
    }
}
