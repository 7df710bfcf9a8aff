package dev.parley.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.HeldRows;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations that their users have pinned. */
@ParleyTest
class PinnedConversationTest {

    private static final int MAX_PINNED = 100;

    private final InProcess<TestAgents.Gated> gated = InProcess.of(TestAgents.Gated.class);

    @Test
    void listsPinnedConversationsAndTheOthersNewestFirst() {
        Person person = Person.registered();
        List<String> ids = conversations(person, 4);
        // Not in the order in which they were created
        pin(person, ids.get(2));
        pin(person, ids.get(0));

        assertThat(listed(person, "?pinned=true&limit=1")).containsExactly(ids.get(2), ids.get(0));
        assertThat(listed(person, "?pinned=false&limit=1")).containsExactly(ids.get(3), ids.get(1));
        assertThat(listed(person, "?limit=1")).containsExactlyElementsOf(ids.reversed());
    }

    @Test
    void showsTimeOfPinWhileConversationIsPinned() {
        Person person = Person.registered();
        String id = conversations(person, 1).getFirst();

        JsonNode before = read(person, id);
        pin(person, id);
        JsonNode pinned = read(person, id);
        ApiResponse unpinned = person.deletes(pinOf(id));

        assertThat(before.has("pinned_at")).isFalse();
        assertThat(pinned.path("pinned_at").asText()).endsWith("Z");
        assertThat(unpinned.status()).as(unpinned.toString()).isEqualTo(204);
        assertThat(read(person, id)).isEqualTo(before);
        assertThat(listed(person, "?pinned=true")).isEmpty();
    }

    @Test
    void pinningAgainKeepsTimeAndUnpinningAgainSucceeds() {
        Person person = Person.registered();
        String id = conversations(person, 1).getFirst();
        pin(person, id);
        JsonNode pinned = read(person, id);

        pin(person, id);

        assertThat(read(person, id)).isEqualTo(pinned);
        assertThat(person.deletes(pinOf(id)).status()).isEqualTo(204);
        assertThat(person.deletes(pinOf(id)).status()).isEqualTo(204);
    }

    @Test
    void pinChangesNeitherVersionNorTimeOfLastChange() {
        Person person = Person.registered();
        String id = conversations(person, 1).getFirst();
        ApiResponse before = person.gets("/api/conversations/" + id);

        pin(person, id);
        ApiResponse pinned = person.gets("/api/conversations/" + id);

        assertThat(pinned.header("ETag")).isEqualTo(before.header("ETag"));
        assertThat(pinned.text("updated_at")).isEqualTo(before.text("updated_at"));
        assertThat(
                        person.patches(
                                        "/api/conversations/" + id,
                                        "{\"title\":\"Groceries\"}",
                                        "If-Match",
                                        before.header("ETag"))
                                .status())
                .isEqualTo(200);
        assertThat(read(person, id).path("pinned_at")).isEqualTo(pinned.json().path("pinned_at"));
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void pinsConversationInWhichTurnRuns() {
        gated.get().close();
        Person person = Person.registered();
        String turn =
                person.posts(
                                "/api/chat",
                                "{\"message\":\"wait\",\"agent_type\":\"gated\"}",
                                "Prefer",
                                "respond-async")
                        .text("turn_id");
        String id = person.gets("/api/turns/" + turn).text("conversation_id");

        try {
            pin(person, id);
            assertThat(Postgres.database().statusOf(turn)).isEqualTo("running");
        } finally {
            gated.get().open();
        }
        Wait.until(() -> Postgres.database().statusOf(turn).equals("succeeded"));

        assertThat(listed(person, "?pinned=true")).containsExactly(id);
        assertThat(read(person, id).path("version").asLong()).isEqualTo(1);
    }

    @Test
    void refusesPinAboveTheLimitUntilAnotherIsUnpinned() {
        Person person = Person.registered();
        List<String> ids = conversations(person, 2);
        fill(person, MAX_PINNED - 1);
        pin(person, ids.getFirst());

        ApiResponse refused = person.puts(pinOf(ids.getLast()), "");
        ApiResponse again = person.puts(pinOf(ids.getFirst()), "");

        assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("limit_reached");
        assertThat(refused.text("detail")).contains("100 pinned conversations").contains("Unpin");
        assertThat(again.status()).as("pinned already").isEqualTo(204);
        assertThat(pinned(person)).isEqualTo(MAX_PINNED);
        assertThat(person.gets("/api/conversations?pinned=true&limit=100").json().path("data"))
                .as("one page has all of them")
                .hasSize(MAX_PINNED);
        person.deletes("/api/conversations/" + ids.getFirst());
        pin(person, ids.getLast());
    }

    @Test
    void pinsNoMoreConversationsThanAnAccountMayAtOnce() {
        Person person = Person.registered();
        List<String> ids = conversations(person, 8);
        fill(person, MAX_PINNED - 1);

        List<ApiResponse> answers =
                Person.atOnce(
                        ids.stream()
                                .<Callable<ApiResponse>>map(id -> () -> person.puts(pinOf(id), ""))
                                .toList());

        assertThat(answers.stream().filter(answer -> answer.status() == 204)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() != 204))
                .allSatisfy(answer -> assertThat(answer.code()).isEqualTo("limit_reached"));
        assertThat(pinned(person)).isEqualTo(MAX_PINNED);
    }

    /** The last pin is another transaction's, which has not committed when this one counts. */
    @Test
    void refusesPinWhereTheLastIsTakenMeanwhile() throws Exception {
        Person person = Person.registered();
        List<String> ids = conversations(person, 2);
        fill(person, MAX_PINNED - 1);
        ApiResponse refused;

        try (HeldRows held =
                HeldRows.by(
                        """
                        update conversations set pinned_at = now()
                        from (select pg_advisory_xact_lock(hashtextextended(?, 0))) as locked
                        where id = ?
                        """,
                        "pinned conversations of " + person.id(),
                        UUID.fromString(ids.getFirst()))) {
            refused = held.commitOnceWaitedFor(() -> person.puts(pinOf(ids.getLast()), ""));
        }

        assertThat(refused.code()).as(refused.toString()).isEqualTo("limit_reached");
        assertThat(pinned(person)).isEqualTo(MAX_PINNED);
    }

    /** Two clients of the user pin the same conversation, as the last that may be pinned. */
    @Test
    void pinsConversationOnceWhereItIsPinnedMeanwhile() throws Exception {
        Person person = Person.registered();
        String id = conversations(person, 1).getFirst();
        fill(person, MAX_PINNED - 1);
        ApiResponse late;

        try (HeldRows held =
                HeldRows.by(
                        "update conversations set pinned_at = '2026-01-01 00:00:00+00' where id ="
                                + " ?",
                        UUID.fromString(id))) {
            late = held.commitOnceWaitedFor(() -> person.puts(pinOf(id), ""));
        }

        assertThat(late.status()).as(late.toString()).isEqualTo(204);
        assertThat(read(person, id).path("pinned_at").asText()).startsWith("2026-01-01T00:00:00");
    }

    @Test
    void pinsConversationsOfItsUserOnly() {
        Person person = Person.registered();
        Person stranger = Person.registered();
        String id = conversations(person, 1).getFirst();
        pin(person, id);

        assertThat(stranger.puts(pinOf(id), "").code()).isEqualTo("not_found");
        assertThat(stranger.deletes(pinOf(id)).code()).isEqualTo("not_found");
        assertThat(person.puts(pinOf(UUID.randomUUID().toString()), "").code())
                .isEqualTo("not_found");
        assertThat(listed(stranger, "?pinned=true")).isEmpty();
        assertThat(listed(person, "?pinned=true")).containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "True", "1"})
    void refusesListOfWhatIsNeitherPinnedNorNot(String pinned) {
        ApiResponse refused = Person.registered().gets("/api/conversations?pinned=" + pinned);

        assertThat(refused.code()).as(refused.toString()).isEqualTo("invalid_request");
    }

    private static void pin(Person person, String id) {
        ApiResponse answer = person.puts(pinOf(id), "");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
    }

    private static String pinOf(String id) {
        return "/api/conversations/" + id + "/pin";
    }

    private static JsonNode read(Person person, String id) {
        return person.gets("/api/conversations/" + id).json();
    }

    /** The ids of new conversations, oldest first. */
    private static List<String> conversations(Person person, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(person.says("hello", "echo").text("conversation_id"));
        }
        return ids;
    }

    /** Adds pinned conversations. */
    private static void fill(Person person, int count) {
        Postgres.database()
                .change(
                        """
                        insert into conversations (id, user_id, title, agent_type, created_at, updated_at, pinned_at)
                        select gen_random_uuid(), ?, 't', 'echo', now(), now(), now() from generate_series(1, ?)
                        """,
                        person.id(),
                        count);
    }

    private static long pinned(Person person) {
        return Postgres.database()
                .count(
                        "select count(*) from conversations where user_id = ? and pinned_at is not"
                                + " null",
                        person.id());
    }

    /** The ids of all pages. */
    private static List<String> listed(Person person, String query) {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = person.gets("/api/conversations" + query + cursor).json();
            page.path("data").forEach(node -> ids.add(node.path("id").asText()));
            cursor =
                    page.path("next_cursor").isNull()
                            ? ""
                            : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        return ids;
    }
}
