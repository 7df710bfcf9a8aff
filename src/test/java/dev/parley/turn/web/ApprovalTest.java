package dev.parley.turn.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.Events.Event;
import dev.parley.testing.HeldRows;
import dev.parley.testing.InProcess;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestClock;
import dev.parley.testing.Wait;
import dev.parley.turn.engine.TurnLimiter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person decides whether a tool call runs, and what was approved is what runs (G10). */
@ParleyTest
@TestProfile(ApprovalTest.Asking.class)
class ApprovalTest {

    private static final String ADD = "Add a task: buy milk";

    private final InProcess<TurnLimiter> limiter = InProcess.of(TurnLimiter.class);
    private final InProcess<MeterRegistry> meters = InProcess.of(MeterRegistry.class);
    private final InProcess<TestClock> clock = InProcess.of(TestClock.class);
    private final InProcess<Instance<Job>> jobs = InProcess.all(Job.class);

    private final Database database = Postgres.database();
    private Person person;

    @BeforeEach
    void register() {
        person = Person.registered();
    }

    @Test
    void asksBeforeToolRunsAndThenRunsItOnce() {
        ApiResponse waiting = person.says(ADD, "offline");

        assertThat(waiting.status()).isEqualTo(202);
        assertThat(waiting.text("status")).isEqualTo("waiting");
        String turn = waiting.text("turn_id");
        assertThat(waiting.header("Location")).endsWith("/api/turns/" + turn);
        assertThat(tasks()).isEmpty();
        assertThat(limiter.get().count()).isZero();
        JsonNode asked = onlyOpen();
        assertThat(asked.path("turn_id").asText()).isEqualTo(turn);
        assertThat(asked.path("step").asText()).isEqualTo("1");
        assertThat(asked.path("summary").asText()).isEqualTo("add_task: title \"buy milk\"");
        assertThat(database.notificationsOf(person)).containsExactly("approval_needed " + turn);

        assertThat(approve(turn, "1", "{}").status()).isEqualTo(200);

        Wait.until(() -> database.statusOf(turn).equals("succeeded"));
        assertThat(tasks()).containsExactly("buy milk");
        assertThat(person.gets("/api/turns/" + turn).reply()).contains("buy milk");
        assertThat(database.usedBy(person)).isEqualTo(1);
        assertThat(open()).isEmpty();
        assertThat(database.count("select count(*) from turn_rounds where turn_id = ?::uuid", turn))
                .isZero();
    }

    @Test
    void tellsAgentThatCallWasDeniedAndWhy() {
        String turn = waitingTurn();

        ApiResponse denied =
                person.posts("/api/turns/" + turn + "/steps/1/deny", "{\"reason\":\"no dairy\"}");

        assertThat(denied.text("status")).isEqualTo("denied");
        Wait.until(() -> database.statusOf(turn).equals("succeeded"));
        assertThat(person.gets("/api/turns/" + turn).reply()).contains("denied", "no dairy");
        assertThat(tasks()).isEmpty();
    }

    @Test
    void runsArgumentsThatApproverWrote() {
        String turn = waitingTurn();

        ApiResponse refused = approve(turn, "1", "{\"arguments\":{\"title\":\"\"}}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text("detail")).contains("title");
        assertThat(onlyOpen().path("status").asText()).isEqualTo("open");
        approve(turn, "1", "{\"arguments\":{\"title\":\"buy oat milk\"}}");

        Wait.until(() -> database.statusOf(turn).equals("succeeded"));
        assertThat(tasks()).containsExactly("buy oat milk");
    }

    @Test
    void decidesOnceWhoeverIsFirst() {
        for (int round = 0; round < 5; round++) {
            String turn = waitingTurn();
            List<Callable<ApiResponse>> decisions = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                decisions.add(() -> approve(turn, "1", "{}"));
                decisions.add(() -> person.posts("/api/turns/" + turn + "/steps/1/deny", "{}"));
                decisions.add(
                        () -> approve(turn, "1", "{\"arguments\":{\"title\":\"buy cheese\"}}"));
            }
            int before = tasks().size();

            Map<Integer, Integer> answers = new HashMap<>();
            Person.atOnce(decisions)
                    .forEach(answer -> answers.merge(answer.status(), 1, Integer::sum));

            // The first decision, and each repetition of it
            assertThat(answers).isEqualTo(Map.of(200, 4, 409, 8));
            Wait.until(() -> database.statusOf(turn).equals("succeeded"));
            assertThat(tasks().size() - before).isLessThanOrEqualTo(1);
            assertThat(database.attemptOf(turn)).isEqualTo(2);
        }
    }

    @Test
    void goesOnWithoutCallThatNobodyDecidedInTime() {
        try (PausedJobs _ = PausedJobs.pause()) {
            String turn = waitingTurn();
            try (TestClock.Moved _ = clock.get().moveBy(Duration.ofDays(8))) {
                assertThat(approve(turn, "1", "{}").code()).isEqualTo("approval_expired");
                runJob();
                Wait.until(() -> database.statusOf(turn).equals("succeeded"));
                assertThat(approve(turn, "1", "{}").status()).isEqualTo(410);
            }
            assertThat(person.gets("/api/turns/" + turn).reply()).contains("Nobody decided");
            assertThat(tasks()).isEmpty();
        }
    }

    /** The decision is stored while no process can go on; a day later a process does. */
    @Test
    void goesOnWithDecidedTurnThatNobodyHasStarted() {
        String turn = waitingTurn();
        database.change(
                "update turn_approvals set status = 'approved', decided_at = now() where turn_id ="
                        + " ?::uuid",
                turn);
        database.change("update turns set ready_at = now() where id = ?::uuid", turn);

        try (TestClock.Moved _ = clock.get().moveBy(Duration.ofDays(1))) {
            Wait.until(() -> database.statusOf(turn).equals("succeeded"));
        }

        assertThat(tasks()).containsExactly("buy milk");
    }

    @Test
    void turnThatCannotGoOnKeepsNoOtherFromIt() {
        try (PausedJobs _ = PausedJobs.pause()) {
            String broken = waitingTurn();
            String turn = waitingTurn();
            database.change("update turn_rounds set message = '{' where turn_id = ?::uuid", broken);
            List.of(broken, turn)
                    .forEach(ready ->
                            database.change(
                                    "update turns set ready_at = now() where id = ?::uuid", ready));
            database.change(
                    "update turn_approvals set status = 'approved', decided_at = now() where"
                            + " user_id = ?",
                    person.id());

            runJob();

            Wait.until(() -> database.statusOf(turn).equals("succeeded"));
            assertThat(database.statusOf(broken)).isEqualTo("waiting");
            assertThat(tasks()).containsExactly("buy milk");
            person.posts("/api/turns/" + broken + "/cancel", "");
        }
    }

    @Test
    void asksModelForNothingThatIsApproved() {
        ModelStub.forget();
        ApiResponse waiting = person.says("add milk", "assistant");
        assertThat(waiting.text("status")).isEqualTo("waiting");
        assertThat(ModelStub.calls()).isEqualTo(1);
        String turn = waiting.text("turn_id");
        approve(turn, "1", "{}");

        Wait.until(() -> database.statusOf(turn).equals("succeeded"));
        assertThat(ModelStub.calls()).isEqualTo(2);
        assertThat(tasks()).containsExactly("milk");
        assertThat(ModelStub.requests().getLast().getJsonArray("messages").encode())
                .contains("\"tool_call_id\":\"call_1\"");
        // 11 before the pause, and 11
        assertThat(
                        person.gets("/api/turns/" + turn)
                                .json()
                                .path("usage")
                                .path("input_tokens")
                                .asInt())
                .isEqualTo(22);
    }

    @Test
    void cancelsWaitingTurnAtOnceAndStartsNextQueuedTurn() {
        String turn = waitingTurn();
        String conversation = person.gets("/api/turns/" + turn).text("conversation_id");
        ApiResponse refused = person.says("hello", "echo", conversation);
        assertThat(refused.code()).isEqualTo("conversation_waiting");
        assertThat(refused.text("detail")).contains(turn, "/api/approvals");
        String queued =
                person.posts(
                                "/api/chat",
                                "{\"message\":\"hello\",\"agent_type\":\"echo\",\"conversation_id\":\"%s\",\"when_busy\":\"enqueue\"}"
                                        .formatted(conversation),
                                "Prefer",
                                "respond-async")
                        .text("turn_id");
        assertThat(database.statusOf(queued)).isEqualTo("queued");

        assertThat(person.posts("/api/turns/" + turn + "/cancel", "").text("status"))
                .isEqualTo("cancelled");

        Wait.until(() -> database.statusOf(queued).equals("succeeded"));
        assertThat(approve(turn, "1", "{}").code()).isEqualTo("already_decided");
        assertThat(open()).isEmpty();
        assertThat(tasks()).isEmpty();
    }

    /** A process goes on with the turn at the moment of its cancellation. */
    @Test
    void cancellationOfTurnThatGoesOnWritesNothingElse() throws Exception {
        try (PausedJobs _ = PausedJobs.pause()) {
            String turn = waitingTurn();
            long versions = database.versionsOf(person);
            try (HeldRows goesOn =
                    HeldRows.by(
                            "update turns set status = 'running', ready_at = null where id ="
                                    + " ?::uuid",
                            turn)) {
                goesOn.commitOnceWaitedFor(
                        () -> person.posts("/api/turns/" + turn + "/cancel", ""));
            }

            assertThat(database.statusOf(turn)).isEqualTo("running");
            assertThat(database.versionsOf(person)).isEqualTo(versions);
            assertThat(
                            database.count(
                                    "select count(*) from turn_rounds where turn_id = ?::uuid",
                                    turn))
                    .isEqualTo(1);
        }
    }

    /** A decision locks the turn, then the approval; both at once must not wait for each other. */
    @Test
    void approvalExpiresWhileItIsDecided() throws Exception {
        try (PausedJobs _ = PausedJobs.pause()) {
            String turn = waitingTurn();
            try (TestClock.Moved _ = clock.get().moveBy(Duration.ofDays(8));
                    HeldRows decision =
                            HeldRows.by(
                                    "update turns set position = position where id = ?::uuid",
                                    turn)) {
                boolean waits =
                        decision.commitOnceWaitedFor(() -> {
                            runJob();
                            return database.count(
                                            "select count(*) from turn_approvals where turn_id ="
                                                    + " ?::uuid and status = 'open'",
                                            turn)
                                    == 1;
                        });
                assertThat(waits).as("the decision goes first").isTrue();
                runJob();
                Wait.until(() -> database.statusOf(turn).equals("succeeded"));
            }
        }
    }

    @Test
    void messageThatCancelsRunningTurnCancelsWaitingTurn() {
        String turn = waitingTurn();
        String conversation = person.gets("/api/turns/" + turn).text("conversation_id");

        ApiResponse next =
                person.posts(
                        "/api/chat",
                        "{\"message\":\"hello\",\"agent_type\":\"echo\",\"conversation_id\":\"%s\",\"when_busy\":\"cancel_running\"}"
                                .formatted(conversation));

        assertThat(next.reply()).isEqualTo("hello");
        assertThat(database.statusOf(turn)).isEqualTo("cancelled");
    }

    @Test
    void erasesUserWhoseTurnWaits() {
        String turn = waitingTurn();

        assertThat(person.deletes("/api/me").status()).isEqualTo(204);

        assertThat(
                        database.count(
                                "select count(*) from turn_approvals where turn_id = ?::uuid",
                                turn))
                .isZero();
    }

    @Test
    void keepsConversationWithWaitingTurn() {
        String turn = waitingTurn();
        String conversation = person.gets("/api/turns/" + turn).text("conversation_id");

        assertThat(person.deletes("/api/conversations/" + conversation).code())
                .isEqualTo("conversation_busy");
    }

    @Test
    void streamStaysOpenAcrossPause() {
        try (Events stream =
                Events.ofTurn(
                        person, "{\"message\":\"%s\",\"agent_type\":\"offline\"}".formatted(ADD))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            Event asked = stream.next().orElseThrow();
            assertThat(asked.name()).isEqualTo("approval.asked");
            assertThat(asked.text("step")).isEqualTo("1");
            assertThat(asked.data().path("arguments").path("title").asText()).isEqualTo("buy milk");

            assertThat(approve(turn, "1", "{}").status()).isEqualTo(200);

            List<Event> rest = stream.rest();
            assertThat(rest)
                    .extracting(Event::name)
                    .startsWith("turn.opened", "approval.decided", "tool.called", "tool.returned")
                    .endsWith("turn.succeeded");
            assertThat(rest.getFirst().id()).isGreaterThan(asked.id());
            assertThat(rest.get(1).text("decision")).isEqualTo("approved");
            assertThat(Events.said(rest)).contains("buy milk");
        }
    }

    @Test
    void followsTurnThatWaitsFromAnyEvent() {
        String turn = waitingTurn();

        try (Events stream = Events.following(person, turn, 0)) {
            assertThat(stream.next().orElseThrow().name()).isEqualTo("turn.opened");
            assertThat(stream.next().orElseThrow().name()).isEqualTo("approval.asked");
            person.posts("/api/turns/" + turn + "/cancel", "");
            assertThat(stream.rest()).extracting(Event::name).containsExactly("turn.cancelled");
        }
    }

    @Test
    void asksOncePerConversation() {
        ApiResponse first = person.says("Remember that my favourite colour is blue", "offline");
        assertThat(first.text("status")).isEqualTo("waiting");
        String conversation = first.text("conversation_id");
        approve(first.text("turn_id"), "1", "{}");
        Wait.until(() -> database.statusOf(first.text("turn_id")).equals("succeeded"));

        ApiResponse second = person.says("Remember that my home is Oslo", "offline", conversation);
        assertThat(second.text("status")).isEqualTo("succeeded");
        ApiResponse elsewhere = person.says("Remember that my home is Rome", "offline");
        assertThat(elsewhere.text("status")).isEqualTo("waiting");
    }

    @Test
    void administratorDecidesForOthersOnly() {
        Person admin = Person.admin();
        String turn = deleting(person);
        String step = onlyOpen().path("step").asText();

        assertThat(approve(turn, step, "{}").status()).isEqualTo(404);
        assertThat(
                        Person.registered()
                                .posts("/api/turns/" + turn + "/steps/" + step + "/approve", "{}")
                                .status())
                .isEqualTo(404);
        assertThat(
                        admin.gets("/api/approvals?limit=100")
                                .json()
                                .path("data")
                                .findValuesAsText("turn_id"))
                .contains(turn);
        assertThat(admin.posts("/api/turns/" + turn + "/steps/" + step + "/approve", "{}").status())
                .isEqualTo(200);
        Wait.until(() -> database.statusOf(turn).equals("succeeded"));

        String own = deleting(admin);
        assertThat(admin.posts("/api/turns/" + own + "/steps/" + step + "/approve", "{}").status())
                .isEqualTo(404);
    }

    @Test
    void ownerAloneDecides() {
        String turn = waitingTurn();
        String path = "/api/turns/" + turn + "/steps/1/approve";

        assertThat(Person.registered().posts(path, "{}").status()).isEqualTo(404);
        assertThat(Person.admin().posts(path, "{}").status()).isEqualTo(404);

        assertThat(onlyOpen().path("turn_id").asText()).isEqualTo(turn);
    }

    @Test
    void goesOnOnceEveryCallIsDecided() {
        String turn = waitingTurn();
        database.change(
                """
                insert into turn_approvals (turn_id, step, user_id, tool, arguments, arguments_hash, schema_hash, summary, approver,
                    status, asked_at, expires_at)
                select turn_id, '2', user_id, tool, arguments, arguments_hash, schema_hash, summary, approver,
                    status, asked_at, expires_at from turn_approvals where turn_id = ?::uuid
                """,
                turn);

        assertThat(approve(turn, "1", "{}").status()).isEqualTo(200);

        assertThat(database.statusOf(turn)).isEqualTo("waiting");
        assertThat(approve(turn, "2", "{}").status()).isEqualTo(200);
        Wait.until(() -> database.statusOf(turn).equals("succeeded"));
        assertThat(tasks()).containsExactly("buy milk");
    }

    private String deleting(Person owner) {
        owner.posts("/api/tasks", "{\"title\":\"sweep\"}");
        ApiResponse waiting = owner.says("Delete sweep", "offline");
        assertThat(waiting.text("status")).as(waiting.body()).isEqualTo("waiting");
        return waiting.text("turn_id");
    }

    @Test
    void refusesArgumentsThatApproverHasNotSeen() {
        String turn = waitingTurn();
        String hash = onlyOpen().path("arguments_hash").asText();
        String path = "/api/turns/" + turn + "/steps/1/approve";

        assertThat(person.posts(path, "{}", "If-Match", "\"other\"").status()).isEqualTo(412);
        assertThat(person.posts(path, "{}", "If-Match", "W/\"" + hash + "\"").status())
                .isEqualTo(412);
        assertThat(person.posts(path, "{}", "If-Match", hash).status()).isEqualTo(400);
        assertThat(person.posts(path, "{}", "If-Match", "\"other\", \"" + hash + "\"").status())
                .isEqualTo(200);
        assertThat(person.posts(path, "{}", "If-Match", "*").status()).isEqualTo(200);
        Wait.until(() -> database.statusOf(turn).equals("succeeded"));
    }

    /**
     * The tool was changed while the turn waited: what was approved is no longer what would run.
     */
    @Test
    void asksAgainWhereToolHasChanged() {
        String turn = waitingTurn();
        database.change(
                "update turn_approvals set schema_hash = 'older' where turn_id = ?::uuid", turn);

        approve(turn, "1", "{}");

        Wait.until(
                () -> database.attemptOf(turn) == 2 && database.statusOf(turn).equals("waiting"));
        assertThat(onlyOpen().path("step").asText()).isEqualTo("1");
        assertThat(tasks()).isEmpty();
        approve(turn, "1", "{}");
        Wait.until(() -> database.statusOf(turn).equals("succeeded"));
        assertThat(tasks()).containsExactly("buy milk");
    }

    /** A person has denied it: a tool that has changed is no reason to ask again. */
    @Test
    void keepsDenialWhereToolHasChanged() {
        String turn = waitingTurn();
        database.change(
                "update turn_approvals set schema_hash = 'older' where turn_id = ?::uuid", turn);

        person.posts("/api/turns/" + turn + "/steps/1/deny", "{}");

        Wait.until(() -> database.statusOf(turn).equals("succeeded"));
        assertThat(open()).isEmpty();
        assertThat(tasks()).isEmpty();
    }

    @Test
    void metricsTellOfOpenApprovals() {
        database.change(
                "update turn_approvals set status = 'cancelled', decided_at = now() where status ="
                        + " 'open'");
        waitingTurn();

        try (TestClock.Moved _ = clock.get().moveBy(Duration.ofHours(1))) {
            runJob("count-open-approvals");

            assertThat(gauge("parley.approvals.open", "owner")).isEqualTo(1);
            assertThat(gauge("parley.approvals.oldest.age", "owner")).isGreaterThanOrEqualTo(3_600);
            // Administrators learn from this metric alone that somebody waits for them
            assertThat(gauge("parley.approvals.open", "admin")).isZero();
            assertThat(gauge("parley.approvals.oldest.age", "admin")).isZero();
        }
        deleting(person);
        runJob("count-open-approvals");
        assertThat(gauge("parley.approvals.open", "admin")).isEqualTo(1);
    }

    private double gauge(String name, String approver) {
        return meters.get().get(name).tag("approver", approver).gauge().value();
    }

    @Test
    void listsInPages() {
        for (int i = 0; i < 3; i++) {
            waitingTurn();
        }

        ApiResponse first = person.gets("/api/approvals?limit=2");
        ApiResponse second =
                person.gets("/api/approvals?limit=2&cursor=" + first.text("next_cursor"));

        assertThat(first.json().path("data")).hasSize(2);
        assertThat(second.json().path("data")).hasSize(1);
        assertThat(second.json().path("next_cursor").isNull()).isTrue();
        assertThat(person.gets("/api/approvals?status=maybe").status()).isEqualTo(400);
        assertThat(person.gets("/api/approvals?cursor=AAAA").status()).isEqualTo(400);
        assertThat(person.gets("/api/approvals?status=all").json().path("data")).hasSize(3);
    }

    private String waitingTurn() {
        ApiResponse waiting = person.says(ADD, "offline");
        assertThat(waiting.text("status")).as(waiting.body()).isEqualTo("waiting");
        return waiting.text("turn_id");
    }

    private ApiResponse approve(String turn, String step, String body) {
        return person.posts("/api/turns/%s/steps/%s/approve".formatted(turn, step), body);
    }

    private JsonNode onlyOpen() {
        assertThat(open()).hasSize(1);
        return open().get(0);
    }

    private JsonNode open() {
        return person.gets("/api/approvals").json().path("data");
    }

    private List<String> tasks() {
        return person.gets("/api/tasks").json().path("data").findValuesAsText("title");
    }

    private void runJob() {
        runJob("resume-decided-turns");
    }

    private void runJob(String name) {
        jobs.get().stream()
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow()
                .run(Deadline.in(Duration.ofMinutes(1)));
    }

    /** An operator who wants to be asked. */
    public static final class Asking implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.admin.username", "root",
                    "parley.admin.password", "a long secret",
                    "parley.tools.\"add_task\".approval", "always",
                    "parley.tools.\"remember\".approval", "once_per_conversation",
                    "parley.tools.\"delete_task\".approval", "when id is present",
                    "parley.tools.\"delete_task\".approver", "admin");
        }
    }
}
