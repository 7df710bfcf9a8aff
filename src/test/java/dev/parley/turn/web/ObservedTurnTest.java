package dev.parley.turn.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.AgentProfiles;
import dev.parley.agent.AgentType;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Database;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.TestClock;
import dev.parley.testing.Wait;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.engine.TurnLimiter;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Administrators see the turns of all users, and nothing that people or agents have written. */
@ParleyTest
class ObservedTurnTest {

    private static final String PATH = "/api/admin/turns";

    /** Stands in each message, argument, result and summary of these tests. */
    private static final String PRIVATE = "aardvark";

    @Inject TestAgents.Gated gated;
    @Inject TurnLimiter limiter;
    @Inject RunnerLease runner;
    @Inject AgentProfiles profiles;
    @Inject TurnConfig config;
    @Inject TestClock clock;

    private final Database database = Postgres.database();
    private final List<String> waiting = new ArrayList<>();
    private Person admin;
    private Person person;

    @BeforeEach
    void register() {
        admin = Person.admin();
        person = Person.registered();
        gated.close();
    }

    @AfterEach
    void endAll() {
        gated.open();
        Wait.until(() -> limiter.count() == 0);
        waiting.forEach(turn -> person.posts("/api/turns/" + turn + "/cancel", ""));
    }

    @Test
    void showsNothingToUsers() {
        String turn = running().text("turn_id");

        assertThat(person.gets(PATH).code()).isEqualTo("forbidden");
        assertThat(person.gets(PATH + "/" + turn).code()).isEqualTo("forbidden");
        assertThat(person.gets(PATH).status()).isEqualTo(403);
    }

    @Test
    void listsTurnThatRunsWithItsUserAndItsReplica() {
        ApiResponse running = running();
        String turn = running.text("turn_id");

        JsonNode listed = listed("running", turn);

        assertThat(listed.path("conversation_id").asText())
                .isEqualTo(running.text("conversation_id"));
        assertThat(listed.path("user_id").asText()).isEqualTo(person.id().toString());
        assertThat(listed.path("username").asText()).isEqualTo(person.username());
        assertThat(listed.path("agent_type").asText()).isEqualTo("gated");
        assertThat(listed.path("status").asText()).isEqualTo("running");
        assertThat(listed.path("attempt").asInt()).isEqualTo(1);
        assertThat(listed.path("runner").asText()).isEqualTo(runner.id().toString());
        assertThat(listed.path("host").asText()).isNotBlank();
        assertThat(listed.path("opened_at").asText()).isEqualTo(running.text("started_at"));
        assertThat(listed.path("started_at").asText()).isEqualTo(running.text("started_at"));
        assertThat(listed.path("stuck").asBoolean()).isFalse();
        assertThat(listed.has("timeline")).isFalse();
    }

    @Test
    void listsTurnThatIsQueuedAsNotStarted() {
        ApiResponse running = running();
        String queued = queued(running.text("conversation_id"), "gated");

        JsonNode listed = listed("queued", queued);

        assertThat(listed.path("status").asText()).isEqualTo("queued");
        assertThat(listed.has("started_at")).isFalse();
        assertThat(listed.has("runner")).isFalse();
        assertThat(listed.path("stuck").asBoolean()).isFalse();
        assertThat(ids("status=running&")).contains(running.text("turn_id")).doesNotContain(queued);
        assertThat(ids("status=waiting&")).doesNotContain(running.text("turn_id"), queued);
    }

    @Test
    void countsTimeOfQueuedTurnFromTheEndOfTheTurnBefore() {
        ApiResponse first = running();
        String second = queued(first.text("conversation_id"), "gated");
        gated.open();
        Wait.until(() -> database.statusOf(first.text("turn_id")).equals("succeeded"));
        String ended = admin.gets(PATH + "/" + first.text("turn_id")).text("ended_at");

        Wait.until(() -> database.statusOf(second).equals("succeeded"));

        JsonNode observed = admin.gets(PATH + "/" + second).json();
        assertThat(observed.path("started_at").asText()).isEqualTo(ended);
        assertThat(kinds(observed)).containsExactly("opened", "started", "ended");
    }

    @Test
    void turnIsStuckOnceItRunsLongerThanItsAgentMay() {
        String turn = running().text("turn_id");
        Duration allowed = profiles.timeout(new AgentType("gated")).plus(config.interruptGrace());

        try (TestClock.Moved _ = clock.moveBy(allowed.minusSeconds(30))) {
            assertThat(listed("running", turn).path("stuck").asBoolean()).isFalse();
        }
        try (TestClock.Moved _ = clock.moveBy(allowed.plusSeconds(1))) {
            JsonNode listed = listed("running", turn);

            assertThat(listed.path("stuck").asBoolean()).isTrue();
            assertThat(listed.path("elapsed_ms").asLong()).isGreaterThan(allowed.toMillis());
        }
    }

    /** A turn may wait for days: it is no more stuck after the pause than it was before. */
    @Test
    void turnThatWaitedIsNotStuck() {
        String turn = running().text("turn_id");
        database.change(
                "update turns set started_at = now() - interval '3 days', pauses = 1, attempt = 2"
                        + " where id = ?::uuid",
                turn);
        ask(turn, "approved");

        JsonNode listed = listed("running", turn);

        assertThat(listed.path("stuck").asBoolean()).isFalse();
        assertThat(listed.path("elapsed_ms").asLong()).isGreaterThan(Duration.ofDays(2).toMillis());
        assertThat(kinds(admin.gets(PATH + "/" + turn).json()))
                .containsExactly("opened", "started", "approval", "started");
        database.change("update turns set pauses = 0, attempt = 1 where id = ?::uuid", turn);
    }

    @Test
    void pagesThroughTurnsOldestFirst() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            expected.add(running().text("turn_id"));
        }

        List<String> paged = ids("limit=2&");

        assertThat(paged).containsSubsequence(expected).doesNotHaveDuplicates().isSorted();
        assertThat(ids("")).isEqualTo(paged);
    }

    @Test
    void leavesOutTurnsThatHaveEnded() {
        String ended = person.says(PRIVATE, "echo").text("turn_id");

        assertThat(ids("")).doesNotContain(ended);
    }

    @Test
    void showsCourseOfTurnThatHasEnded() {
        String turn = person.says("Add a task: " + PRIVATE, "offline").text("turn_id");

        JsonNode observed = admin.gets(PATH + "/" + turn).json();

        assertThat(observed.path("status").asText()).isEqualTo("succeeded");
        assertThat(kinds(observed)).containsExactly("opened", "started", "tool", "ended");
        JsonNode tool = observed.path("timeline").path(2);
        assertThat(tool.path("name").asText()).isEqualTo("add_task");
        assertThat(tool.path("step").asText()).isEqualTo("1");
        assertThat(tool.path("ok").asBoolean()).isTrue();
        JsonNode ended = observed.path("timeline").path(3);
        assertThat(ended.path("name").asText()).isEqualTo("succeeded");
        assertThat(ended.path("ok").asBoolean()).isTrue();
        assertThat(ended.path("elapsed_ms").asLong())
                .isEqualTo(observed.path("elapsed_ms").asLong());
    }

    @Test
    void showsCourseOfTurnThatWaits() {
        String turn = waiting();

        JsonNode observed = admin.gets(PATH + "/" + turn).json();

        assertThat(listed("waiting", turn).has("runner")).isFalse();
        assertThat(kinds(observed))
                .containsExactly("opened", "started", "round", "tool", "approval");
        JsonNode approval = observed.path("timeline").path(4);
        assertThat(approval.path("name").asText()).isEqualTo("add_task");
        assertThat(approval.has("ok")).isFalse();
        assertThat(approval.has("elapsed_ms")).isFalse();
    }

    @Test
    void showsNoMoreThanAThousandRounds() {
        String turn = waiting();
        database.change(
                "insert into turn_rounds (turn_id, path, number, message, created_at)"
                        + " select ?::uuid, '', n, '{}', clock_timestamp()"
                        + " from generate_series(2, 1100) n",
                turn);

        assertThat(kinds(admin.gets(PATH + "/" + turn).json()))
                .filteredOn("round"::equals)
                .hasSize(1_000);
    }

    /** Replicas have clocks of their own. */
    @Test
    void turnThatWasOpenedByAFasterClockHasTakenNoTime() {
        String turn = running().text("turn_id");
        database.change(
                "update turns set started_at = started_at + interval '1 hour' where id = ?::uuid",
                turn);

        assertThat(listed("running", turn).path("elapsed_ms").asLong()).isZero();
    }

    @Test
    void turnThatWasCancelledWhileItWasQueuedHasNotStarted() {
        String queued = queued(running().text("conversation_id"), "gated");
        person.posts("/api/turns/" + queued + "/cancel", "");

        JsonNode observed = admin.gets(PATH + "/" + queued).json();

        assertThat(observed.path("status").asText()).isEqualTo("cancelled");
        assertThat(kinds(observed)).containsExactly("opened", "ended");
    }

    /** Also not by the name of a tool that a model has made up of what it has read. */
    @Test
    void showsNothingThatPeopleAndAgentsHaveWritten() {
        String ended = person.says("Add a task: " + PRIVATE, "offline").text("turn_id");
        String running = running().text("turn_id");
        String waits = waiting();
        String queued =
                queued(person.gets("/api/turns/" + running).text("conversation_id"), "echo");

        for (String turn : List.of(ended, running, waits, queued)) {
            assertThat(admin.gets(PATH + "/" + turn).body()).contains(turn).doesNotContain(PRIVATE);
        }
        assertThat(admin.gets(PATH + "/" + waits).body()).contains("_OTHER");
        assertThat(admin.gets(PATH + "?limit=100").body())
                .contains("turn_id")
                .doesNotContain(PRIVATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status=succeeded", "status=RUNNING", "state=running"})
    void refusesWrongParameters(String query) {
        assertThat(admin.gets(PATH + "?" + query).code()).isEqualTo("invalid_request");
    }

    @Test
    void findsNoTurnThatDoesNotExist() {
        assertThat(admin.gets(PATH + "/" + UUID.randomUUID()).code()).isEqualTo("not_found");
    }

    private ApiResponse running() {
        return person.posts(
                "/api/chat",
                "{\"message\":\"%s\",\"agent_type\":\"gated\"}".formatted(PRIVATE),
                "Prefer",
                "respond-async");
    }

    private String queued(String conversation, String agent) {
        return person.posts(
                        "/api/chat",
                        "{\"message\":\"%s\",\"agent_type\":\"%s\",\"conversation_id\":\"%s\",\"when_busy\":\"enqueue\"}"
                                .formatted(PRIVATE, agent, conversation),
                        "Prefer",
                        "respond-async")
                .text("turn_id");
    }

    /** A turn that waits, as Parley stores it, after a call of a tool that does not exist. */
    private String waiting() {
        String conversation = person.says(PRIVATE, "echo").text("conversation_id");
        try (PausedJobs _ = PausedJobs.pause()) {
            String turn = database.enqueueTurn(person, conversation, "offline", PRIVATE);
            database.change(
                    "update turns set status = 'waiting', trail = '[]', partial = ? where id ="
                            + " ?::uuid",
                    PRIVATE,
                    turn);
            database.change(
                    "insert into turn_rounds (turn_id, path, number, message, created_at) values"
                            + " (?::uuid, '', 1, ?, clock_timestamp())",
                    turn,
                    "{\"text\":\"" + PRIVATE + "\",\"calls\":[]}");
            database.change(
                    "insert into turn_steps (turn_id, attempt, number, path, tool, arguments,"
                        + " outcome, ok, created_at) values (?::uuid, 1, 1, '1', ?, ?, ?, false,"
                        + " clock_timestamp())",
                    turn,
                    PRIVATE,
                    "{\"a\":\"" + PRIVATE + "\"}",
                    "\"" + PRIVATE + "\"");
            ask(turn, "open");
            waiting.add(turn);
            return turn;
        }
    }

    private void ask(String turn, String status) {
        database.change(
                """
                insert into turn_approvals (turn_id, step, user_id, tool, arguments, arguments_hash, schema_hash, summary,
                    approver, status, asked_at, expires_at, decided_at)
                values (?::uuid, '2', ?, 'add_task', ?, '0', '0', ?, 'owner', ?, clock_timestamp(),
                    now() + interval '7 days', case when ? <> 'open' then clock_timestamp() + interval '1 second' end)
                """,
                turn,
                person.id(),
                "{\"title\":\"" + PRIVATE + "\"}",
                "add_task: title \"" + PRIVATE + "\"",
                status,
                status);
    }

    private JsonNode listed(String status, String turn) {
        return pages("status=" + status + "&").stream()
                .filter(listed -> listed.path("turn_id").asText().equals(turn))
                .findFirst()
                .orElseThrow();
    }

    private List<String> ids(String query) {
        return pages(query).stream().map(turn -> turn.path("turn_id").asText()).toList();
    }

    private List<JsonNode> pages(String query) {
        List<JsonNode> turns = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = admin.gets(PATH + "?" + query + cursor).json();
            page.path("data").forEach(turns::add);
            cursor =
                    page.path("next_cursor").isNull()
                            ? ""
                            : "cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        return turns;
    }

    private static List<String> kinds(JsonNode observed) {
        return observed.path("timeline").findValuesAsText("kind");
    }
}
