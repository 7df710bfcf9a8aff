package dev.parley.platform.database.migration;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Migrates a used database while turns are inserted beside it: {@code src/bench/migration}. In the
 * package of what it measures.
 */
final class Migration {

    /** Before the migrations that read or rewrite all messages. */
    private static final String OLD_VERSION = "14";

    private static final int MESSAGES_OF_A_CONVERSATION = 100;
    private static final int THREADS = 4;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(2);

    /** Parley's own lock timeout: an insert that waits longer fails. */
    private static final double LONGEST_WAIT_SECONDS = 5;

    private record Insert(long startMillis, double seconds) {}

    private record Interval(String name, long startMillis, long endMillis) {}

    private final Queue<Insert> inserts = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Path folder;
    private final String url;
    private final int messages;

    private Migration(Path folder, String url, int messages) {
        this.folder = folder;
        this.url = url;
        this.messages = messages;
    }

    /**
     * Arguments: an empty folder, the JDBC URL of an empty database, the number of messages, and the
     * command that is Parley.
     */
    public static void main(String... arguments) throws Exception {
        new Migration(Path.of(arguments[0]), arguments[1], Integer.parseInt(arguments[2]))
                .run(List.of(arguments).subList(3, arguments.length));
    }

    private void run(List<String> parley) throws Exception {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setURL(url);
        Flyway.configure().dataSource(database).target(OLD_VERSION).load().migrate();
        fill(database);
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            String conversation = id(thread + 1);
            threads.add(Thread.ofPlatform().start(() -> insert(database, conversation)));
        }
        long start = System.currentTimeMillis();
        Thread.sleep(5_000);
        List<Interval> intervals = new ArrayList<>();
        intervals.add(new Interval("none", start, System.currentTimeMillis()));

        migrate(parley);
        intervals.addAll(history(database));
        intervals.add(sample(database, "an index, concurrently", "9001", " concurrently"));
        intervals.add(sample(database, "the same index, plainly", "9002", ""));

        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("| migration | s | inserts | median s | longest s | longer than 5 s |");
        System.out.println("|---|---|---|---|---|---|");
        intervals.forEach(this::report);
    }

    private void fill(DataSource database) throws SQLException {
        long start = System.currentTimeMillis();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            // No foreign keys are checked: the rows are right
            statement.execute("set session_replication_role = replica");
            statement.execute(
                    "insert into accounts (id, username, password_hash, created_at) select %s, 'u' || n, 'x', now() from generate_series(1, 1000) n"
                            .formatted(uuid("n")));
            statement.execute(
                    """
                    insert into conversations (id, user_id, title, agent_type, message_count, created_at, updated_at)
                    select %s, %s, 'c', 'offline', %d, now(), now() from generate_series(1, %d) n
                    """
                            .formatted(
                                    uuid("n"),
                                    uuid("n % 1000 + 1"),
                                    MESSAGES_OF_A_CONVERSATION,
                                    messages / MESSAGES_OF_A_CONVERSATION));
            statement.execute(
                    """
                    insert into turns (id, user_id, conversation_id, agent_type, status, started_at, ended_at, reply_id, version)
                    select %s, %s, %s, 'offline', 'succeeded', now(), now(), %s, 1 from generate_series(1, %d) n
                    """
                            .formatted(
                                    uuid("n"),
                                    uuid("(n - 1) / 50 % 1000 + 1"),
                                    uuid("(n - 1) / 50 + 1"),
                                    uuid("2 * n"),
                                    messages / 2));
            statement.execute(
                    """
                    insert into messages (id, conversation_id, turn_id, position, role, content, created_at)
                    select %s, %s, %s, (n - 1) %% 100 + 1, case n %% 2 when 1 then 'user' else 'assistant' end,
                        'hello number ' || n || ' of about ' || n %% 5000 || ' words', now()
                    from generate_series(1, %d) n
                    """
                            .formatted(
                                    uuid("n"),
                                    uuid("(n - 1) / 100 + 1"),
                                    uuid("(n + 1) / 2"),
                                    messages));
            statement.execute("vacuum analyze");
            try (ResultSet size =
                    statement.executeQuery(
                            "select pg_size_pretty(pg_database_size(current_database()))")) {
                size.next();
                System.out.printf(
                        "%,d messages, %s, filled in %d s%n",
                        messages,
                        size.getString(1),
                        (System.currentTimeMillis() - start) / 1_000);
            }
        }
    }

    /** Ids grow, as Parley's do. */
    private static String uuid(String number) {
        return "lpad(to_hex((%s)::bigint), 32, '0')::uuid".formatted(number);
    }

    private static String id(int number) {
        return new UUID(0, number).toString();
    }

    /** The inserts of a turn, as the version before sends them; without a limit, to see the wait. */
    private void insert(DataSource database, String conversation) {
        try (Connection connection = database.getConnection();
                PreparedStatement turn =
                        connection.prepareStatement(
                                """
                                insert into turns (id, user_id, conversation_id, agent_type, status, started_at, ended_at, reply_id)
                                select ?::uuid, user_id, id, 'offline', 'succeeded', now(), now(), ?::uuid from conversations where id = ?::uuid
                                """);
                PreparedStatement message =
                        connection.prepareStatement(
                                """
                                insert into messages (id, conversation_id, turn_id, position, role, content, created_at)
                                values (?::uuid, ?::uuid, ?::uuid, ?, 'user', 'hello', now())
                                """)) {
            connection.setAutoCommit(false);
            for (int position = MESSAGES_OF_A_CONVERSATION + 1; !over.get(); position++) {
                String id = UUID.randomUUID().toString();
                turn.setString(1, id);
                turn.setString(2, UUID.randomUUID().toString());
                turn.setString(3, conversation);
                message.setString(1, UUID.randomUUID().toString());
                message.setString(2, conversation);
                message.setString(3, id);
                message.setInt(4, position);
                long startMillis = System.currentTimeMillis();
                long start = System.nanoTime();
                turn.execute();
                message.execute();
                connection.commit();
                inserts.add(new Insert(startMillis, (System.nanoTime() - start) / 1e9));
                Thread.sleep(PAUSE);
            }
        } catch (SQLException | InterruptedException failure) {
            throw new IllegalStateException("The inserts ended", failure);
        }
    }

    private void migrate(List<String> parley) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(parley);
        command.add("migrate");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(new File(folder.toFile(), "migrate.log"));
        builder.environment()
                .putAll(
                        Map.of(
                                "PARLEY_HOME", folder.toString(),
                                "QUARKUS_DATASOURCE_JDBC_URL", url));
        long start = System.currentTimeMillis();
        int code = builder.start().waitFor();
        System.out.print(Files.readString(folder.resolve("migrate.log")));
        System.out.printf(
                "parley migrate ended with %d after %d s%n",
                code, (System.currentTimeMillis() - start) / 1_000);
    }

    private static List<Interval> history(DataSource database) throws SQLException {
        List<Interval> intervals = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                """
                                select 'V' || version || ' ' || description, extract(epoch from installed_on)::numeric(20, 3), execution_time
                                from flyway_schema_history where version::int > %s order by installed_rank
                                """
                                        .formatted(OLD_VERSION))) {
            while (rows.next()) {
                // The time is that of the migration's transaction: its start
                long start = (long) (rows.getDouble(2) * 1_000);
                intervals.add(new Interval(rows.getString(1), start, start + rows.getLong(3)));
            }
        }
        return intervals;
    }

    /** An index as a migration of a later version would build it. */
    private Interval sample(DataSource database, String name, String version, String how)
            throws IOException {
        Path scripts = Files.createDirectories(folder.resolve("scripts"));
        Files.writeString(
                scripts.resolve("V" + version + "__sample.sql"),
                (how.isEmpty() ? "" : "set lock_timeout = 0;\n")
                        + "create index%s sample_%s on messages (created_at, id);\n"
                                .formatted(how, version));
        FluentConfiguration configuration =
                Flyway.configure()
                        .dataSource(database)
                        .locations("classpath:db/migration", "filesystem:" + scripts);
        new FlywayLockCustomizer(LOCK_TIMEOUT).customize(configuration);
        long start = System.currentTimeMillis();
        configuration.load().migrate();
        return new Interval(name, start, System.currentTimeMillis());
    }

    private void report(Interval interval) {
        List<Double> waits =
                inserts.stream()
                        .map(insert -> secondsWithin(insert, interval))
                        .filter(seconds -> seconds > 0)
                        .sorted()
                        .toList();
        System.out.printf(
                "| %s | %.1f | %d | %s | %s | %d |%n",
                interval.name(),
                (interval.endMillis() - interval.startMillis()) / 1e3,
                waits.size(),
                waits.isEmpty() ? "-" : "%.3f".formatted(waits.get(waits.size() / 2)),
                waits.isEmpty() ? "-" : "%.3f".formatted(waits.getLast()),
                waits.stream().filter(wait -> wait > LONGEST_WAIT_SECONDS).count());
    }

    /** Of the time of an insert, what falls into the interval. */
    private static double secondsWithin(Insert insert, Interval interval) {
        double start = Math.max(insert.startMillis() / 1e3, interval.startMillis() / 1e3);
        double end =
                Math.min(insert.startMillis() / 1e3 + insert.seconds(), interval.endMillis() / 1e3);
        return end - start;
    }
}
