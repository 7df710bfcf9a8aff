package dev.parley.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.SlowTurns;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Renaming, deleting, paging both ways, and searching. */
@ParleyTest
class ConversationChangeTest {

    private final InProcess<TestAgents.Gated> gated = InProcess.of(TestAgents.Gated.class);

    @Test
    void renamesConversationWhoseVersionWasRead() {
        Person person = Person.registered();
        String path = conversation(person.says("hello", "echo"));
        String etag = person.gets(path).header("ETag");

        ApiResponse renamed = person.patches(path, title("Groceries"), "If-Match", etag);
        ApiResponse late = person.patches(path, title("Too late"), "If-Match", etag);

        assertThat(etag).isEqualTo("\"1\"");
        assertThat(renamed.status()).as(renamed.toString()).isEqualTo(200);
        assertThat(renamed.text("title")).isEqualTo("Groceries");
        assertThat(renamed.header("ETag")).isEqualTo("\"2\"");
        assertThat(late.code()).isEqualTo("version_conflict");
        assertThat(person.gets(path).text("title")).isEqualTo("Groceries");
        assertThat(person.patches(path, title("Any"), "If-Match", "*").status()).isEqualTo(200);
        assertThat(person.patches(path, title("List"), "If-Match", "\"9\", \"3\"").status())
                .isEqualTo(200);
    }

    @Test
    void raisesVersionOfRenamedConversationOnceTurnHasEnded() {
        Person person = Person.registered();
        ApiResponse turn = person.says("hello", "echo");
        String path = conversation(turn);
        person.patches(path, title("Groceries"), "If-Match", "\"1\"");

        ApiResponse next = person.says("again", "echo", turn.text("conversation_id"));

        assertThat(next.json().path("version").asLong()).isEqualTo(3);
        assertThat(person.gets(path).text("title")).isEqualTo("Groceries");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "W/\"1\"     | version_conflict",
                "\"one\"     | version_conflict",
                "\"01\"      | version_conflict",
                "1           | invalid_request",
                "\"1         | invalid_request",
                "\"1\",      | invalid_request"
            })
    void renamesNothingWhereVersionIsNotTheOneRead(String ifMatch, String code) {
        Person person = Person.registered();
        String path = conversation(person.says("hello", "echo"));

        assertThat(person.patches(path, title("x"), "If-Match", ifMatch).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"title\":null}", "{\"title\":\" \"}", "{\"title\":7}"})
    void refusesTitleThatIsNone(String body) {
        Person person = Person.registered();
        String path = conversation(person.says("hello", "echo"));

        assertThat(person.patches(path, body, "If-Match", "*").code()).isEqualTo("invalid_request");
    }

    @Test
    void deletesAllThatWasSaidAndKeepsItCounted() {
        Person person = Person.registered();
        ApiResponse turn = person.says("Add a task: buy milk", "offline");
        String reply = turn.json().path("reply").path("id").asText();
        person.posts("/api/feedback", "{\"message_id\":\"%s\",\"rating\":\"up\"}".formatted(reply));
        ApiResponse kept = person.says("hello", "echo");

        assertThat(Person.registered().deletes(conversation(turn)).code()).isEqualTo("not_found");
        assertThat(person.deletes(conversation(turn)).status()).isEqualTo(204);

        assertThat(person.deletes(conversation(turn)).code()).isEqualTo("not_found");
        assertThat(person.gets("/api/turns/" + turn.text("turn_id")).code()).isEqualTo("not_found");
        assertThat(person.gets(conversation(kept)).status()).isEqualTo(200);
        for (String table : List.of("turns", "messages", "feedback")) {
            assertThat(
                            Postgres.database()
                                    .count(
                                            "select count(*) from " + table + " where user_id = ?",
                                            person.id()))
                    .as(table)
                    .isEqualTo(
                            switch (table) {
                                case "turns" -> 1;
                                case "messages" -> 2;
                                default -> 0;
                            });
        }
        assertThat(person.gets("/api/tasks").json().path("data")).hasSize(1);
        assertThat(person.gets("/api/me/quota").json().path("used").asInt()).isEqualTo(2);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void deletesNoConversationInWhichTurnRuns() {
        gated.get().close();
        Person person = Person.registered();
        String turn =
                person.posts(
                                "/api/chat",
                                "{\"message\":\"wait\",\"agent_type\":\"gated\"}",
                                "Prefer",
                                "respond-async")
                        .text("turn_id");
        String path = conversation(person.gets("/api/turns/" + turn));

        ApiResponse refused = person.deletes(path);
        gated.get().open();
        Wait.until(() -> person.gets("/api/turns/" + turn).text("status").equals("succeeded"));

        assertThat(refused.code()).isEqualTo("conversation_busy");
        assertThat(person.deletes(path).status()).isEqualTo(204);
    }

    @Test
    void pagesMessagesAndTurnsBothWays() {
        Person person = Person.registered();
        ApiResponse first = person.says("m1", "echo");
        for (int i = 2; i <= 4; i++) {
            person.says("m" + i, "echo", first.text("conversation_id"));
        }

        assertThat(all(person, conversation(first) + "/messages?limit=3", "content"))
                .containsExactly("m1", "m1", "m2", "m2", "m3", "m3", "m4", "m4");
        assertThat(all(person, conversation(first) + "/messages?limit=3&order=desc", "content"))
                .containsExactly("m4", "m4", "m3", "m3", "m2", "m2", "m1", "m1");
        List<String> turns = all(person, conversation(first) + "/turns?limit=3", "turn_id");
        assertThat(turns).hasSize(4).first().isEqualTo(first.text("turn_id"));
        assertThat(all(person, conversation(first) + "/turns?limit=3&order=desc", "turn_id"))
                .containsExactlyElementsOf(turns.reversed());
        assertThat(person.gets(conversation(first) + "/turns?order=up").code())
                .isEqualTo("invalid_request");
        assertThat(person.gets("/api/conversations/" + UUID.randomUUID() + "/turns").code())
                .isEqualTo("not_found");
        assertThat(Person.registered().gets(conversation(first) + "/turns").code())
                .isEqualTo("not_found");
    }

    @Test
    void findsWordsInOnesOwnMessagesOnly() {
        Person person = Person.registered();
        Person other = Person.registered();
        person.says("The quick brown fox", "echo");
        person.says("A lazy dog", "echo");
        // Whoever writes somebody's id does not come into their search with it
        other.says("quick " + person.id(), "echo");

        assertThat(found(person, "QUICK"))
                .containsExactly("The quick brown fox", "The quick brown fox");
        assertThat(found(person, "\"quick brown\" -dog")).hasSize(2);
        assertThat(found(person, "\"brown quick\"")).isEmpty();
        assertThat(found(person, "fox or dog")).hasSize(4);
        assertThat(found(person, "quic")).isEmpty();
        assertThat(found(person, "' & | ! ( :* <->")).isEmpty();
        assertThat(found(other, "quick")).hasSize(2);
        assertThat(all(person, "/api/messages?limit=1&q=quick", "content")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?q=", "?q=%20", "?q=%00", "?q=a&cursor=x"})
    void refusesSearchForNothing(String query) {
        assertThat(Person.registered().gets("/api/messages" + query).code())
                .isEqualTo("invalid_request");
    }

    /** Somebody else has its row in hand, and raises its version, while it is to be renamed. */
    @Test
    void renamesNothingOnceVersionMovesOnMeanwhile() throws Exception {
        Person person = Person.registered();
        ApiResponse turn = person.says("hello", "echo");
        CompletableFuture<ApiResponse> renaming;

        try (Connection other = Postgres.database().source().getConnection()) {
            other.setAutoCommit(false);
            try (PreparedStatement raise =
                    other.prepareStatement(
                            "update conversations set version = version + 1 where id = ?")) {
                raise.setObject(1, UUID.fromString(turn.text("conversation_id")));
                raise.executeUpdate();
            }
            renaming =
                    CompletableFuture.supplyAsync(() ->
                            person.patches(
                                    conversation(turn), title("Too late"), "If-Match", "\"1\""));
            Wait.until(ConversationChangeTest::somebodyWaitsForRow);
            other.commit();
        }

        assertThat(renaming.get(40, TimeUnit.SECONDS).code()).isEqualTo("version_conflict");
        assertThat(person.gets(conversation(turn)).text("title")).isEqualTo("hello");
    }

    /** The turn is being opened, and not there yet, when its conversation is to be deleted. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void deletesNoConversationInWhichTurnIsBeingOpened() throws Exception {
        Person person = Person.registered();
        ApiResponse first = person.says("hello", "echo");
        gated.get().close();
        CompletableFuture<ApiResponse> opening;
        CompletableFuture<ApiResponse> deleting;

        try {
            try (SlowTurns slow = SlowTurns.toOpen()) {
                opening =
                        CompletableFuture.supplyAsync(() ->
                                person.posts(
                                        "/api/chat",
                                        """
                                        {"message":"wait","agent_type":"gated","conversation_id":"%s"}
                                        """
                                                .formatted(first.text("conversation_id")),
                                        "Prefer",
                                        "respond-async"));
                slow.atWork();
                deleting = CompletableFuture.supplyAsync(() -> person.deletes(conversation(first)));
                Wait.until(ConversationChangeTest::somebodyWaitsForRow);
            }

            assertThat(opening.get(40, TimeUnit.SECONDS).status()).isEqualTo(202);
            assertThat(deleting.get(40, TimeUnit.SECONDS).code()).isEqualTo("conversation_busy");
        } finally {
            gated.get().open();
        }
        String turn = opening.join().text("turn_id");
        Wait.until(() -> Postgres.database().statusOf(turn).equals("succeeded"));
    }

    private static boolean somebodyWaitsForRow() {
        return Postgres.database()
                        .count(
                                """
                                select count(*) from pg_stat_activity
                                where application_name = 'parley' and wait_event_type = 'Lock'
                                """)
                > 0;
    }

    private static List<String> found(Person person, String words) {
        List<String> contents = new ArrayList<>();
        person.gets("/api/messages?q=" + URLEncoder.encode(words, StandardCharsets.UTF_8))
                .json()
                .path("data")
                .forEach(node -> contents.add(node.path("content").asText()));
        return contents;
    }

    private static List<String> all(Person person, String path, String field) {
        List<String> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = person.gets(path + cursor).json();
            page.path("data").forEach(node -> all.add(node.path(field).asText()));
            cursor =
                    page.path("next_cursor").isNull()
                            ? ""
                            : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        return all;
    }

    private static String conversation(ApiResponse turn) {
        return "/api/conversations/" + turn.text("conversation_id");
    }

    private static String title(String title) {
        return "{\"title\":\"%s\"}".formatted(title);
    }
}
