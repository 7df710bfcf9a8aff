package dev.parley.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Conversations as they are listed and read, and how much of them an agent gets to read. */
@ParleyTest
class ConversationTest {

    /** Two bytes a character: 64,000 in the longest message there may be. */
    private static final String MAX_LENGTH = "é".repeat(32_000);

    /** 256 KB, of which two such messages and the replies that repeat them leave so much. */
    private static final int LEFT = 262_144 - 4 * 64_000;

    private final InProcess<Instance<Job>> jobs = InProcess.all(Job.class);
    private final InProcess<TestAgents.Gated> gated = InProcess.of(TestAgents.Gated.class);

    @Test
    void isTitledFromItsFirstMessageAndCountsWhatIsSaid() {
        Person person = Person.registered();
        String id = person.says("How do I bake bread?", "echo").text("conversation_id");
        person.says("And cake?", "echo", id);

        JsonNode conversation = person.gets("/api/conversations/" + id).json();

        assertThat(conversation.path("title").asText()).isEqualTo("How do I bake bread?");
        assertThat(conversation.path("agent_type").asText()).isEqualTo(InProcess.echo());
        assertThat(conversation.path("version").asLong()).isEqualTo(2);
        assertThat(conversation.path("message_count").asInt()).isEqualTo(4);
        assertThat(conversation.path("created_at").asText()).endsWith("Z");
        assertThat(conversation.path("updated_at").asText())
                .isGreaterThan(conversation.path("created_at").asText());
    }

    @Test
    void refusesConversationAboveTheLimitWithoutCharge() {
        Person person = Person.registered();
        String existing = person.says("first", "echo").text("conversation_id");
        Postgres.database()
                .change(
                        """
                        insert into conversations (id, user_id, title, agent_type, created_at, updated_at)
                        select gen_random_uuid(), ?, 't', 'echo', now(), now() from generate_series(1, 9998)
                        """,
                        person.id());
        assertThat(person.says("last", "echo").status()).isEqualTo(200);

        ApiResponse refused = person.says("one more", "echo");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("limit_reached");
        assertThat(person.says("goes on", "echo", existing).status()).isEqualTo(200);
        assertThat(Postgres.database().usedBy(person)).isEqualTo(3);
        assertThat(Postgres.database().turnsOf(person)).isEqualTo(3);
        assertThat(Postgres.database().conversationsOf(person)).isEqualTo(10_000);
        person.deletes("/api/conversations/" + existing);
        assertThat(person.says("room again", "echo").status()).isEqualTo(200);
    }

    /** One statement could not delete them within its time limit. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void deletesLongConversationAtOnceForItsUserAndItsRowsInSteps() {
        Person person = Person.registered();
        ApiResponse turn = person.says("an unmistakable word", "echo");
        String id = turn.text("conversation_id");
        String kept = person.says("another", "echo").text("conversation_id");
        String reply = turn.json().path("reply").path("id").asText();
        lengthen(id, 10_000);

        try (PausedJobs _ = PausedJobs.pause()) {
            assertThat(person.deletes("/api/conversations/" + id).status()).isEqualTo(204);

            assertThat(messagesIn(id)).isEqualTo(10_002);
            assertThat(
                            List.of(
                                    person.gets("/api/conversations/" + id),
                                    person.gets("/api/conversations/" + id + "/messages"),
                                    person.gets("/api/conversations/" + id + "/turns"),
                                    person.gets("/api/turns/" + turn.text("turn_id")),
                                    person.deletes("/api/conversations/" + id),
                                    person.says("hello?", "echo", id),
                                    person.posts(
                                            "/api/feedback",
                                            "{\"message_id\":\"%s\",\"rating\":\"up\"}"
                                                    .formatted(reply))))
                    .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(404));
            assertThat(person.gets("/api/conversations").json().path("data")).hasSize(1);
            assertThat(person.gets("/api/messages?q=unmistakable").json().path("data")).isEmpty();
            assertThat(person.gets("/api/me/export").body()).doesNotContain("unmistakable");

            purge(Deadline.in(Duration.ZERO));
            assertThat(messagesIn(id)).isEqualTo(10_002);
            purge(Deadline.in(Duration.ofMinutes(1)));
        }

        assertThat(messagesIn(id)).isZero();
        assertThat(
                        Postgres.database()
                                .count("select count(*) from conversations where id = ?::uuid", id))
                .isZero();
        assertThat(Postgres.database().turnsOf(person)).isEqualTo(1);
        assertThat(person.gets("/api/conversations/" + kept).status()).isEqualTo(200);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void erasureDeletesConversationThatIsBeingDeleted() {
        Person person = Person.registered();
        String id = person.says("hello", "echo").text("conversation_id");
        lengthen(id, 2_000);

        try (PausedJobs _ = PausedJobs.pause()) {
            assertThat(person.deletes("/api/conversations/" + id).status()).isEqualTo(204);
            assertThat(person.deletes("/api/me").status()).isEqualTo(204);
            assertThat(messagesIn(id)).isZero();
            assertThat(Postgres.database().turnsOf(person)).isZero();
        }
    }

    private void purge(Deadline deadline) {
        jobs.get().stream()
                .filter(job -> job.name().equals("purge-conversations"))
                .findFirst()
                .orElseThrow()
                .run(deadline);
    }

    private static long messagesIn(String conversation) {
        return Postgres.database()
                .count(
                        "select count(*) from messages where conversation_id = ?::uuid",
                        conversation);
    }

    /** Adds messages, each with a turn of its own. */
    private static void lengthen(String conversation, int messages) {
        Postgres.database()
                .change(
                        """
                        with added as (
                            insert into turns (id, user_id, conversation_id, agent_type, status, started_at, ended_at, error_code)
                            select gen_random_uuid(), user_id, id, 'echo', 'failed', now(), now(), 'agent_failed'
                            from conversations, generate_series(1, ?) where id = ?::uuid
                            returning id, user_id, conversation_id),
                        numbered as (select *, row_number() over () as number from added),
                        counted as (update conversations set message_count = message_count + ? where id = ?::uuid)
                        insert into messages (id, user_id, conversation_id, turn_id, position, role, content, created_at)
                        select gen_random_uuid(), user_id, conversation_id, id, 2 + number, 'user', 'unmistakable', now()
                        from numbered
                        """,
                        messages,
                        conversation,
                        messages,
                        conversation);
    }

    @Test
    void listsConversationsNewestFirst() {
        Person person = Person.registered();
        String first = person.says("one", "echo").text("conversation_id");
        String second = person.says("two", "echo").text("conversation_id");

        JsonNode page = person.gets("/api/conversations?limit=1").json();
        JsonNode next =
                person.gets(
                                "/api/conversations?limit=1&cursor="
                                        + page.path("next_cursor").asText())
                        .json();

        assertThat(page.path("data").get(0).path("id").asText()).isEqualTo(second);
        assertThat(next.path("data").get(0).path("id").asText()).isEqualTo(first);
        assertThat(next.path("next_cursor").isNull()).isTrue();
    }

    @Test
    void tellsMessagesInOrderPageByPage() {
        Person person = Person.registered();
        String id = person.says("m1", "echo").text("conversation_id");
        person.says("m2", "echo", id);
        person.says("m3", "echo", id);

        List<String> said = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page =
                    person.gets("/api/conversations/" + id + "/messages?limit=4" + cursor).json();
            page.path("data")
                    .forEach(message ->
                            said.add(
                                    message.path("role").asText()
                                            + " "
                                            + message.path("content").asText()));
            cursor =
                    page.path("next_cursor").isNull()
                            ? ""
                            : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());

        assertThat(said)
                .containsExactly(
                        "user m1",
                        "assistant m1",
                        "user m2",
                        "assistant m2",
                        "user m3",
                        "assistant m3");
    }

    @Test
    void listsOnesOwnConversationsOnlyOnEveryPage() {
        Person person = Person.registered();
        String first = person.says("one", "echo").text("conversation_id");
        Person.registered().says("somebody else's", "echo");
        String second = person.says("two", "echo").text("conversation_id");

        JsonNode page = person.gets("/api/conversations?limit=1").json();
        JsonNode next =
                person.gets("/api/conversations?cursor=" + page.path("next_cursor").asText())
                        .json();

        assertThat(page.path("data").get(0).path("id").asText()).isEqualTo(second);
        assertThat(next.path("data"))
                .extracting(conversation -> conversation.path("id").asText())
                .containsExactly(first);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void agentReadsNoMoreBytesThanItMayOfWhatWasSaid() {
        Person person = Person.registered();
        String whole = twoLongTurns(person);
        String less = twoLongTurns(person);

        String all = person.says("x".repeat(LEFT), "counting", whole).reply();
        String latest = person.says("x".repeat(LEFT + 1), "counting", less).reply();

        assertThat(all).startsWith("5 from é");
        assertThat(latest).startsWith("3 from é");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void agentReadsNoMoreBytesThanItMayWhereItsTurnStoodInLine() {
        Person person = Person.registered();
        String whole = twoLongTurns(person);
        String less = twoLongTurns(person);
        int left = LEFT - "wait".length() - "let go".length();
        gated.get().close();

        List<String> turns = new ArrayList<>();
        try {
            begun(person, "wait", "gated", whole);
            begun(person, "wait", "gated", less);
            turns.add(begun(person, "x".repeat(left), "counting", whole));
            turns.add(begun(person, "x".repeat(left + 1), "counting", less));
        } finally {
            gated.get().open();
        }

        turns.forEach(
                turn -> Wait.until(() -> Postgres.database().statusOf(turn).equals("succeeded")));
        assertThat(person.gets("/api/turns/" + turns.getFirst()).reply()).startsWith("7 from é");
        assertThat(person.gets("/api/turns/" + turns.getLast()).reply()).startsWith("5 from é");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void agentReadsItsMessageWhateverItsSize() {
        Person person = Person.registered();
        String conversation = twoLongTurns(person);
        person.says(MAX_LENGTH, "echo", conversation);

        assertThat(person.says(MAX_LENGTH, "counting", conversation).reply())
                .startsWith("3 from é");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void agentReadsNoMoreMessagesThanItMay() {
        Person person = Person.registered();
        String conversation = person.says("1", "echo").text("conversation_id");
        for (int i = 2; i <= 25; i++) {
            person.says(Integer.toString(i), "echo", conversation);
        }

        assertThat(person.says("now", "counting", conversation).reply()).isEqualTo("49 from 2");
        assertThat(person.says("now", "counting", conversation).reply()).isEqualTo("49 from 3");
    }

    private static String twoLongTurns(Person person) {
        String conversation = person.says(MAX_LENGTH, "echo").text("conversation_id");
        person.says(MAX_LENGTH, "echo", conversation);
        return conversation;
    }

    /** A turn that runs, or stands in line. */
    private static String begun(Person person, String message, String agent, String conversation) {
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
}
