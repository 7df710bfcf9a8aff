package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Auditor;
import dev.parley.testing.Database;
import dev.parley.testing.ModelStub;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Replicas;
import dev.parley.testing.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Ten thousand turns that wait for a person take rows, and nothing of the processes. */
@ResourceLock(ModelStub.COUNTERS)
class WaitingTurnsIT {

    private static final int WAITING = 10_000;
    private static final int DECIDED = 300;

    @Test
    void servesAtOnceAfterRestartWithTenThousandWaitingTurns(@TempDir Path folder)
            throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                Replicas replicas =
                        new Replicas(
                                postgres.port(),
                                Map.of("PARLEY_TOOLS_ADD_TASK_APPROVAL", "always"))) {
            Database database = postgres.database();
            String token = replicas.newcomer();
            String other = replicas.newcomer();
            ModelStub.forget();
            ApiResponse waiting = says(replicas.first(), token, "add milk");
            assertThat(waiting.text("status")).isEqualTo("waiting");
            String turn = waiting.text("turn_id");
            copy(database, turn);
            assertThat(database.turns("waiting")).isEqualTo(WAITING);
            String listed = timed(() -> replicas.second().get("/api/approvals", token));
            replicas.first().kill();
            replicas.second().kill();
            decide(database, turn);

            long start = System.nanoTime();
            replicas.restartFirst();
            ParleyProcess replica = replicas.first().listening();
            Duration started = Duration.ofNanos(System.nanoTime() - start);
            ApiResponse hello = says(replica, other, "hello");
            assertThat(hello.reply()).as(hello.toString()).isEqualTo("hello");

            // Only decided turns go on, and nothing but rows is left of the others
            Wait.until(() -> database.turns("succeeded") == DECIDED + 1);
            Wait.until(() -> replica.metric("parley_turns_in_flight") == 0);
            assertThat(database.turns("waiting")).isEqualTo(WAITING - DECIDED);
            assertThat(database.count("select count(*) from turns where attempt > 1"))
                    .isEqualTo(DECIDED);
            assertThat(ModelStub.calls()).isEqualTo(2 + DECIDED);
            String last =
                    replica.get("/api/approvals?limit=1", token)
                            .json()
                            .at("/data/0/turn_id")
                            .asText();
            ApiResponse approved =
                    replica.post("/api/turns/%s/steps/1/approve".formatted(last), token, "{}");
            assertThat(approved.status()).as(approved.body()).isEqualTo(200);
            Wait.until(() -> database.statusOf(last).equals("succeeded"));
            assertThat(database.count("select count(*) from tasks")).isEqualTo(DECIDED + 1);
            // These rules take every turn for an ended one; the others hold while turns wait
            assertThat(new Auditor(database).findings())
                    .containsOnlyKeys(
                            "every turn has ended",
                            "every turn that did not succeed or join another has an error code",
                            "a conversation's version equals the number of its ended turns",
                            "every ended turn raised the version once");
            System.out.printf(
                    "waiting turns: %d wait; a process listens after %d ms; a page of approvals"
                            + " takes %s; %d decided turns went on%n",
                    WAITING, started.toMillis(), listed, DECIDED);
        }
    }

    private static ApiResponse says(ParleyProcess replica, String token, String message) {
        return replica.post("/api/chat", token, "{\"message\":\"%s\"}".formatted(message));
    }

    /** The median of 21 requests, in milliseconds. */
    private static String timed(Supplier<ApiResponse> request) {
        List<Long> times =
                IntStream.range(0, 21)
                        .mapToObj(_ -> {
                            long start = System.nanoTime();
                            assertThat(request.get().json().path("data")).isNotEmpty();
                            return System.nanoTime() - start;
                        })
                        .sorted()
                        .toList();
        return "%.1f ms".formatted(times.get(10) / 1e6);
    }

    /** Copies a waiting turn with all its rows, each copy in a conversation of its own. */
    private static void copy(Database database, String turn) {
        database.change(
                "create table copies as select gen_random_uuid() as turn, gen_random_uuid() as"
                        + " conversation from generate_series(2, "
                        + WAITING
                        + ")");
        String ofTurn = "jsonb_build_object('turn_id', copies.turn)";
        copy(
                database,
                "conversations",
                "id = (select conversation_id from turns where id = ?::uuid)",
                "jsonb_build_object('id', copies.conversation)",
                turn);
        copy(
                database,
                "turns",
                "id = ?::uuid",
                "jsonb_build_object('id', copies.turn, 'conversation_id', copies.conversation)",
                turn);
        copy(
                database,
                "messages",
                "turn_id = ?::uuid",
                ofTurn
                        + " || jsonb_build_object('id', gen_random_uuid(), 'conversation_id',"
                        + " copies.conversation)",
                turn);
        copy(database, "charges", "turn_id = ?::uuid", ofTurn, turn);
        copy(database, "turn_rounds", "turn_id = ?::uuid", ofTurn, turn);
        copy(database, "turn_approvals", "turn_id = ?::uuid", ofTurn, turn);
        database.change("update quotas set used = used + ? - 1", WAITING);
        database.change("analyze");
    }

    private static void copy(
            Database database, String table, String which, String changes, String turn) {
        String columns =
                database.texts(
                                """
                                select string_agg(column_name, ', ' order by ordinal_position) from information_schema.columns
                                where table_name = ? and is_generated = 'NEVER' and is_identity = 'NO'
                                """,
                                table)
                        .getFirst();
        database.changeInBulk(
                """
                insert into %s (%s) select %s from (select (jsonb_populate_record(t, %s)).* from %s t, copies where %s) copy
                """
                        .formatted(table, columns, columns, changes, table, which),
                turn);
    }

    /** What a replica has stored that died before it could go on. */
    private static void decide(Database database, String but) {
        database.change(
                """
                with decided as (
                    update turn_approvals set status = 'approved', decided_at = now(), decided_by = user_id
                    where turn_id in (select id from turns where id <> ?::uuid limit ?) returning turn_id)
                update turns set ready_at = now() from decided where turns.id = decided.turn_id
                """,
                but,
                DECIDED);
    }
}
