package dev.parley.turn.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Database;
import dev.parley.testing.ModelStub;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Wait;
import dev.parley.turn.recovery.TurnRecoveryTest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * More turns with histories of 100 KB than fit on the heap: the process refuses those that do not
 * fit, and lives.
 */
class FullMemoryIT {

    private static final int TURNS = 1_500;
    private static final int HEAP_MB = 256;

    /** Three messages of 32,000 characters, in Latin-1. */
    private static final double TURN_MB = (3 * 32_000 + TurnMemory.FIXED_SHARE) / 1e6;

    private static final String THINK =
            """
            {"message":"think 30000","agent_type":"assistant","conversation_id":"%s"}
            """;

    @Test
    void refusesTurnsThatDoNotFitAndServesOn(@TempDir Path folder) throws Exception {
        ModelStub model = new ModelStub();
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                ParleyProcess parley = started(postgres, model).listening()) {
            String token = newcomer(parley);
            List<String> conversations = longConversations(postgres.database());
            AtomicInteger answered = new AtomicInteger();
            List<Callable<ApiResponse>> questions =
                    conversations.stream()
                            .<Callable<ApiResponse>>map(conversation ->
                                    () -> {
                                        ApiResponse answer =
                                                parley.post(
                                                        "/api/chat",
                                                        token,
                                                        THINK.formatted(conversation));
                                        answered.incrementAndGet();
                                        return answer;
                                    })
                            .toList();

            var answers = TurnRecoveryTest.later(() -> Person.atOnce(questions));
            Wait.until(() -> answered.get() + postgres.database().turns("running") == TURNS);
            long admitted = postgres.database().turns("running");

            assertThat(admitted * TURN_MB)
                    .as(() -> answers.isDone() ? answers.join().getFirst().body() : "turns run")
                    .isBetween(0.2 * HEAP_MB, 0.6 * HEAP_MB);
            assertThat(parley.probe("live")).isEqualTo(200);
            assertThat(parley.probe("ready")).isEqualTo(200);
            assertThat(parley.metric("parley_turns_utilization")).isBetween(0.8, 1.1);
            assertThat(parley.get("/api/dashboard/stats", token).status()).isEqualTo(200);
            assertThat(answers.join().stream().filter(answer -> answer.status() == 200))
                    .hasSize((int) admitted);
            assertThat(answers.join().stream().filter(answer -> answer.status() != 200))
                    .allSatisfy(answer -> assertThat(answer.code()).isEqualTo("overloaded"));
            assertThat(postgres.database().count("select sum(used) from quotas"))
                    .isEqualTo(admitted);
            String later = THINK.formatted(conversations.getLast()).replace("30000", "1");
            assertThat(parley.post("/api/chat", token, later).status()).isEqualTo(200);
        } finally {
            model.stop();
        }
    }

    private static ParleyProcess started(OwnPostgres postgres, ModelStub model) {
        Map<String, String> environment = new HashMap<>(model.environment());
        environment.putAll(postgres.environment());
        environment.put("PARLEY_HTTP_MAX_CONNECTIONS_PER_ADDRESS", "10000");
        environment.put("PARLEY_QUOTA_PLANS_FREE_LIMIT", "10000");
        String heap = "-Xmx%dm".formatted(HEAP_MB);
        if (ParleyProcess.isNative()) {
            return ParleyProcess.started(environment, heap);
        }
        environment.put("JAVA_TOOL_OPTIONS", heap + " -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError");
        return ParleyProcess.started(environment);
    }

    private static String newcomer(ParleyProcess parley) {
        String account = "{\"username\":\"ada\",\"password\":\"%s\"".formatted(Person.PASSWORD);
        parley.post("/api/auth/register", "", account + ",\"email\":\"ada@example.org\"}");
        String token = parley.post("/api/auth/login", "", account + "}").text("access_token");
        Wait.until(() -> parley.get("/api/me", token).status() == 200);
        return token;
    }

    private static List<String> longConversations(Database database) {
        database.changeInBulk(
                """
                insert into conversations (id, user_id, title, agent_type, message_count, created_at, updated_at)
                select gen_random_uuid(), accounts.id, 'long', 'assistant', 3, now(), now()
                from accounts, generate_series(1, ?)
                """,
                TURNS);
        database.changeInBulk(
                """
                insert into messages (id, user_id, conversation_id, turn_id, position, role, content, created_at)
                select gen_random_uuid(), user_id, id, gen_random_uuid(), position, 'user', repeat('a ', 16000), now()
                from conversations, generate_series(1, 3) position
                """);
        return database.texts("select id::text from conversations");
    }
}
