package dev.parley.turn.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.conversation.ConversationStore;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Database;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.QueryPlans;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.engine.TurnLimiter;
import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A turn reads as many rows in a conversation of ten thousand messages as in one of a thousand:
 * PostgreSQL itself says how many, of each statement of the turn.
 */
@ParleyTest
@TestProfile(ResumeTest.Resuming.class)
@ExpectedErrors("The job .+ failed") // Its connections are cut
class LongConversationTest {

    /** The fifty messages of a history; the driver reads the columns of two tables as well. */
    private static final int TOUCHED_AT_MOST = 100;

    private static final int WARM_UP = 30;
    private static final int MEASURED = 101;

    @Inject TestAgents.Gated gated;
    @Inject ConversationStore store;
    @Inject TurnConfig config;
    @Inject TurnLimiter limiter;
    @Inject TurnRecoveryJob recovery;

    private final Database database = Postgres.database();
    private Person person = new Person("", new UUID(0, 0), "");

    @BeforeEach
    void register() {
        person = Person.registered();
    }

    @AfterEach
    void endAll() {
        gated.open();
        Wait.until(() -> limiter.count() == 0);
        clear();
    }

    @AfterAll
    static void explainNoMore() {
        QueryPlans.stop();
    }

    private void clear() {
        for (String table : List.of("messages", "turns", "conversations")) {
            database.changeInBulk("delete from " + table + " where user_id = ?", person.id());
        }
    }

    @Test
    void openedTurnReadsNoMoreInLongConversation() {
        assertReadsNoMore(conversation -> {
            Postgres.proxy().notes();
            assertThat(person.says("now", "counting", conversation).reply()).contains(" from ");
            return Postgres.proxy().notes();
        });
    }

    @Test
    void queuedTurnThatStartsReadsNoMoreInLongConversation() {
        assertReadsNoMore(conversation -> {
            gated.close();
            begun("wait", "gated", conversation);
            String queued = begun("now", "counting", conversation);
            Postgres.proxy().notes();

            gated.open();
            Wait.until(() -> database.statusOf(queued).equals("succeeded"));

            return Postgres.proxy().notes();
        });
    }

    @Test
    void resumedTurnReadsNoMoreInLongConversation() {
        assertReadsNoMore(conversation -> {
            gated.close();
            String turn = begun("wait", "gated", conversation);
            Wait.until(() -> gated.waiting() == 1);
            Postgres.proxy().notes();

            database.assignTurn(turn, UUID.randomUUID());
            TurnRecoveryTest.look(recovery);
            gated.open();
            Wait.until(() -> database.statusOf(turn).equals("succeeded"));

            assertThat(database.attemptOf(turn)).isEqualTo(2);
            return Postgres.proxy().notes();
        });
    }

    @Test
    void summaryReadsNoMoreInLongConversation() {
        ModelStub.forget();
        assertReadsNoMore(
                2 * TOUCHED_AT_MOST,
                conversation -> {
                    Postgres.proxy().notes();
                    String path = "/api/conversations/" + conversation + "/summary";
                    assertThat(person.posts(path, "").status()).isEqualTo(200);
                    return Postgres.proxy().notes();
                });
        assertThat(ModelStub.calls()).isEqualTo(2);
    }

    /** The figures of docs/performance.md. */
    @Test
    @EnabledIfSystemProperty(named = "parley.bench", matches = "true")
    void measuresTurnsInLongConversations() {
        Map<Integer, String> conversations = conversations();
        Map<Integer, List<Long>> turns = new LinkedHashMap<>();
        Map<Integer, List<Long>> histories = new LinkedHashMap<>();
        for (int round = 0; round < WARM_UP + MEASURED; round++) {
            boolean counts = round >= WARM_UP;
            conversations.forEach((messages, conversation) -> {
                long before = System.nanoTime();
                UUID turn =
                        UUID.fromString(
                                person.says("now", "counting", conversation).text("turn_id"));
                long opened = System.nanoTime();
                QuarkusTransaction.requiringNew()
                        .run(() -> store.historyOf(turn, config.historyLimits()));
                long read = System.nanoTime();
                // The conversation stays as long as it was
                database.change("delete from messages where turn_id = ?", turn);
                database.change(
                        "update conversations set message_count = ? where id = ?::uuid",
                        messages,
                        conversation);
                if (counts) {
                    add(turns, messages, opened - before);
                    add(histories, messages, read - opened);
                }
            });
        }
        for (int messages : conversations.keySet()) {
            Log.infof(
                    "%d messages: a turn %.2f ms, the history of a queued or resumed turn %.2f ms",
                    messages, median(turns, messages), median(histories, messages));
        }
        assertThat(turns).hasSameSizeAs(conversations);
    }

    private static void add(Map<Integer, List<Long>> nanos, int messages, long took) {
        nanos.computeIfAbsent(messages, ignored -> new ArrayList<>()).add(took);
    }

    /** In milliseconds. */
    private static double median(Map<Integer, List<Long>> nanos, int messages) {
        return nanos.getOrDefault(messages, List.of()).stream()
                        .sorted()
                        .skip(MEASURED / 2)
                        .findFirst()
                        .orElseThrow()
                / 1e6;
    }

    private Map<Integer, String> conversations() {
        Map<Integer, String> conversations = new LinkedHashMap<>();
        for (int messages : new int[] {10, 1_000, 10_000}) {
            conversations.put(messages, conversationOf(messages));
        }
        for (String table : List.of("messages", "turns", "conversations")) {
            database.change("vacuum analyze " + table);
        }
        return conversations;
    }

    /**
     * @param turn runs a turn in a conversation and returns the plans of its statements
     */
    private void assertReadsNoMore(UnaryOperator<String> turn) {
        assertReadsNoMore(TOUCHED_AT_MOST, turn);
    }

    private void assertReadsNoMore(int touchedAtMost, UnaryOperator<String> turn) {
        Map<Integer, String> conversations = conversations();
        QueryPlans.start();
        Wait.until(() -> person.gets("/api/me").status() == 200);
        Map<Integer, Integer> touched = new LinkedHashMap<>();
        try (PausedJobs _ = PausedJobs.pause()) {
            conversations.forEach((messages, conversation) -> {
                String plans = turn.apply(conversation);
                assertThat(plans).contains("messages_in_order");
                touched.put(messages, QueryPlans.touched(plans));
                assertThat(QueryPlans.touched(plans))
                        .as("of %d messages: %s", messages, plans)
                        .isLessThanOrEqualTo(touchedAtMost);
            });
        }
        assertThat(touched.get(10_000)).as(touched.toString()).isEqualTo(touched.get(1_000));
    }

    private String begun(String message, String agent, String conversation) {
        return person.posts(
                        "/api/chat",
                        """
                        {"message":"%s","agent_type":"%s","conversation_id":"%s","when_busy":"enqueue"}
                        """
                                .formatted(message, agent, conversation),
                        "Prefer",
                        "respond-async")
                .text("turn_id");
    }

    private String conversationOf(int messages) {
        String conversation = person.says("first", "echo").text("conversation_id");
        database.lengthen(conversation, messages, "text");
        // A hundred messages are neither recent nor in the summary
        database.change(
                """
                insert into conversation_summaries (conversation_id, content, messages, through_position, step_id, claimed_at)
                select id, 'text', greatest(message_count - 120, 0), greatest(message_count - 120, 0), id, now()
                from conversations where id = ?::uuid
                """,
                conversation);
        return conversation;
    }
}
