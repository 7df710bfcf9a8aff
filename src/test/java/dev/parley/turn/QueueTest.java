package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Auditor;
import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.HeldRows;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Priced;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.engine.TurnLimiter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queue of a conversation: its turns are listed, removed and edited before they start. */
@ParleyTest
@TestProfile(Priced.class)
class QueueTest {

    /** Its price is 3 queries; it replies with the number of messages that it gets. */
    private static final String COUNTING = "counting";

    private static final String ECHO = "echo";

    @Inject TestAgents.Gated gated;
    @Inject TurnLimiter limiter;
    @Inject MeterRegistry meters;

    private final Database database = Postgres.database();
    private Person person = new Person("", new UUID(0, 0), "");
    private String conversation = "";
    private String first = "";

    /** A turn of 2 queries. */
    @BeforeEach
    void runFirstTurn() {
        person = Person.registered();
        gated.close();
        ApiResponse running = sent("{\"message\":\"first\",\"agent_type\":\"gated\"}");
        first = running.text("turn_id");
        conversation = running.text("conversation_id");
        Wait.until(() -> gated.waiting() == 1);
    }

    @AfterEach
    void endAll() {
        Postgres.proxy().behave();
        gated.open();
        Wait.until(() -> limiter.count() == 0);
    }

    @Test
    void listsTurnsInTheOrderOfTheirStart() {
        String second = queued(COUNTING, "one");
        String third = queued(ECHO, "two");

        JsonNode queue = person.gets(queue()).json();

        assertThat(queue.has("next_cursor")).isTrue();
        assertThat(queue.path("next_cursor").isNull()).isTrue();
        JsonNode turns = queue.path("data");
        assertThat(turns.findValuesAsText("turn_id")).containsExactly(second, third);
        assertThat(turns.findValuesAsText("agent_type")).containsExactly(COUNTING, ECHO);
        assertThat(turns.findValuesAsText("message")).containsExactly("one", "two");
        assertThat(turns.findValuesAsText("ahead")).containsExactly("1", "2");
        assertThat(turns.path(0).path("queued_at").asText())
                .isEqualTo(person.gets("/api/turns/" + second).text("started_at"));
    }

    @Test
    void listsNothingWhereNoTurnIsQueued() {
        assertThat(person.gets(queue()).json().path("data")).isEmpty();
    }

    @Test
    void countsNoTurnAheadWhereNoneRuns() {
        String idle = person.says("hello", ECHO).text("conversation_id");
        try (PausedJobs _ = PausedJobs.pause()) {
            String turn = database.enqueueTurn(person, idle, ECHO, "next");

            JsonNode turns = person.gets(queue(idle)).json().path("data");

            assertThat(turns.findValuesAsText("ahead")).containsExactly("0");
            person.deletes(queue(idle) + "/" + turn);
        }
    }

    @Test
    void removedTurnNeverRunsAndLeavesNothingBehind() {
        String removed = queued(COUNTING, "the zebra");
        String kept = queued(COUNTING, "and me");
        assertThat(database.usedBy(person)).isEqualTo(2 + 3 + 3);
        double before = refunded();

        assertThat(person.deletes(queue() + "/" + removed).status()).isEqualTo(204);

        assertThat(person.gets(queue()).json().path("data").findValuesAsText("turn_id"))
                .containsExactly(kept);
        assertThat(charges()).containsExactly("2", "0", "3");
        assertThat(database.usedBy(person)).isEqualTo(2 + 3);
        assertThat(person.gets("/api/me/quota").json().path("used").asInt()).isEqualTo(2 + 3);
        assertThat(refunded() - before).isEqualTo(3);
        ApiResponse turn = person.gets("/api/turns/" + removed);
        assertThat(turn.text("status")).isEqualTo("cancelled");
        assertThat(turn.json().path("error").path("code").asText()).isEqualTo("turn_removed");
        assertThat(turn.json().path("version").asLong()).isEqualTo(1);
        gated.open();
        Wait.until(() -> hasEnded(kept));
        // The first message, its reply, and the message itself
        assertThat(person.gets("/api/turns/" + kept).reply()).isEqualTo("3 from first");
        assertThat(database.statusOf(removed)).isEqualTo("cancelled");
        assertThat(person.gets("/api/messages?q=zebra").json().path("data")).isEmpty();
        assertThat(contents("asc")).containsExactly("first", "and me", "let go", "3 from first");
        assertThat(contents("desc")).containsExactly("3 from first", "let go", "and me", "first");
        ApiResponse read = person.gets("/api/conversations/" + conversation);
        assertThat(read.json().path("message_count").asInt()).isEqualTo(4);
        assertThat(read.header("ETag")).isEqualTo("\"3\"");
        assertThat(
                        person.gets("/api/conversations/%s/turns".formatted(conversation))
                                .json()
                                .path("data")
                                .findValuesAsText("turn_id"))
                .containsExactly(first, kept);
        assertThat(Auditor.findingsAbout(person)).isEmpty();
    }

    /** Also the last position is not given a second time. */
    @Test
    void readerOfMessagesMissesNothingBehindRemovedTurn() {
        String removed = queued(ECHO, "gone");
        String page = "/api/conversations/%s/messages?limit=".formatted(conversation);
        String cursor = person.gets(page + 1).text("next_cursor");
        person.deletes(queue() + "/" + removed);
        String next = queued(ECHO, "next");

        JsonNode messages = person.gets(page + 9 + "&cursor=" + cursor).json().path("data");

        assertThat(messages.findValuesAsText("turn_id")).containsExactly(next);
        assertThat(
                        database.texts(
                                "select position from messages where user_id = ? order by 1",
                                person.id()))
                .containsExactly("1", "3");
    }

    @Test
    void requestRepeatedWithItsKeyGetsTheRemovedTurn() {
        String body = body(ECHO, "never mind");
        String removed = sent(body, "Idempotency-Key", "k").text("turn_id");
        person.deletes(queue() + "/" + removed);

        ApiResponse again = person.posts("/api/chat", body, "Idempotency-Key", "k");
        ApiResponse later = sent(body, "Idempotency-Key", "k");

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.code()).isEqualTo("turn_removed");
        assertThat(again.text("turn_id")).isEqualTo(removed);
        assertThat(later.text("turn_id")).isEqualTo(removed);
        assertThat(later.text("status")).isEqualTo("cancelled");
        assertThat(database.turnsOf(person)).isEqualTo(2);
        assertThat(database.usedBy(person)).isEqualTo(2);
    }

    @Test
    void callersWhoWaitForRemovedTurnAreTold() {
        CompletableFuture<ApiResponse> waiting =
                later(() -> person.posts("/api/chat", body(ECHO, "never mind")));
        Wait.until(() -> database.turnsOf(person, "queued") == 1);
        String turn = database.turnIdsOf(person, "queued").getFirst();
        try (Events stream = Events.following(person, turn, 0)) {
            assertThat(stream.next().orElseThrow().text("status")).isEqualTo("queued");

            person.deletes(queue() + "/" + turn);

            Events.Event last = stream.rest().getLast();
            assertThat(last.name()).isEqualTo("turn.cancelled");
            assertThat(last.data().path("error").path("code").asText()).isEqualTo("turn_removed");
        }
        assertThat(waiting.join().status()).isEqualTo(409);
        assertThat(waiting.join().code()).isEqualTo("turn_removed");
    }

    @Test
    void removalRepeatedChangesNothing() {
        String removed = queued(COUNTING, "gone");

        List<ApiResponse> answers = Person.atOnce(8, () -> person.deletes(queue() + "/" + removed));
        ApiResponse later = person.deletes(queue() + "/" + removed);

        assertThat(answers).extracting(ApiResponse::status).containsOnly(204);
        assertThat(later.status()).isEqualTo(204);
        assertThat(database.usedBy(person)).isEqualTo(2);
        assertThat(database.versionsOf(person)).isEqualTo(1);
        gated.open();
        Wait.until(() -> hasEnded(first));
        assertThat(Auditor.findingsAbout(person)).isEmpty();
    }

    @Test
    void onlyQueuedTurnIsRemovedOrEdited() {
        assertRefused(first, "it is running. Cancel it with POST /api/turns/" + first + "/cancel.");
        String cancelled = queued(ECHO, "cancelled");
        person.posts("/api/turns/" + cancelled + "/cancel", "");
        assertRefused(cancelled, "it is cancelled");
        String removed = queued(ECHO, "removed");
        person.deletes(queue() + "/" + removed);
        ApiResponse edit = person.patches(queue() + "/" + removed, "{\"message\":\"back\"}");
        assertThat(edit.code()).isEqualTo("turn_not_queued");
        assertThat(edit.text("detail")).contains("was removed");
        gated.open();
        Wait.until(() -> hasEnded(first));

        assertRefused(first, "it is succeeded");
        assertThat(charges()).containsExactly("2", "0", "0");
        assertThat(database.messagesOf(person)).containsExactly("first", "cancelled", "let go");
        assertThat(Auditor.findingsAbout(person)).isEmpty();
    }

    private void assertRefused(String turn, String detail) {
        for (ApiResponse refused :
                List.of(
                        person.deletes(queue() + "/" + turn),
                        person.patches(queue() + "/" + turn, "{\"message\":\"other\"}"))) {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.code()).isEqualTo("turn_not_queued");
            assertThat(refused.text("detail")).contains(detail);
            assertThat(refused.text("turn_id")).isEqualTo(turn);
        }
    }

    @Test
    void turnOfAnotherConversationIsNotFound() {
        String turn = queued(ECHO, "mine");
        String other = person.says("hello", ECHO).text("conversation_id");

        assertThat(person.deletes(queue(other) + "/" + turn).code()).isEqualTo("not_found");
        assertThat(person.patches(queue(other) + "/" + turn, "{\"message\":\"other\"}").code())
                .isEqualTo("not_found");
        assertThat(person.deletes(queue() + "/" + UUID.randomUUID()).code()).isEqualTo("not_found");
        assertThat(database.statusOf(turn)).isEqualTo("queued");
    }

    @Test
    void queueOfAnotherPersonIsNotFound() {
        String turn = queued(ECHO, "mine");
        Person stranger = Person.registered();

        assertThat(stranger.gets(queue()).code()).isEqualTo("not_found");
        assertThat(stranger.deletes(queue() + "/" + turn).code()).isEqualTo("not_found");
        assertThat(stranger.patches(queue() + "/" + turn, "{\"message\":\"other\"}").code())
                .isEqualTo("not_found");
        assertThat(person.gets(queue()).json().path("data").findValuesAsText("message"))
                .containsExactly("mine");
        assertThat(database.usedBy(person)).isEqualTo(3);
    }

    @Test
    void editedTurnRunsAsEdited() {
        String body = body(ECHO, "the zebra");
        String turn = sent(body, "Idempotency-Key", "k").text("turn_id");
        String last = queued(COUNTING, "last");

        ApiResponse edited = person.patches(queue() + "/" + turn, "{\"message\":\"the giraffe\"}");

        assertThat(edited.status()).isEqualTo(200);
        assertThat(edited.text("turn_id")).isEqualTo(turn);
        assertThat(edited.text("message")).isEqualTo("the giraffe");
        assertThat(edited.json().path("ahead").asInt()).isEqualTo(1);
        assertThat(person.gets(queue()).json().path("data").findValuesAsText("message"))
                .containsExactly("the giraffe", "last");
        assertThat(sent(body, "Idempotency-Key", "k").text("turn_id")).isEqualTo(turn);
        gated.open();
        Wait.until(() -> hasEnded(last));
        assertThat(person.gets("/api/turns/" + turn).reply()).isEqualTo("the giraffe");
        assertThat(person.gets("/api/messages?q=zebra").json().path("data")).isEmpty();
        assertThat(person.gets("/api/messages?q=giraffe").json().path("data")).hasSize(2);
        assertThat(contents("asc"))
                .containsExactly(
                        "first", "the giraffe", "last", "let go", "the giraffe", "5 from first");
        assertThat(database.usedBy(person)).isEqualTo(2 + 1 + 3);
        assertThat(Auditor.findingsAbout(person)).isEmpty();
    }

    /** As of a message that is sent. */
    @Test
    void refusesMessageThatCouldNotBeSent() {
        String turn = queued(ECHO, "fine");
        List<String> bad =
                List.of("null", "\"\"", "\" \"", "\"a\\u0000\"", "\"" + "x".repeat(32_001) + "\"");
        for (String message : bad) {
            String body = "{\"message\":" + message + "}";
            ApiResponse sent = person.posts("/api/chat", body);

            ApiResponse edited = person.patches(queue() + "/" + turn, body);

            assertThat(edited.status()).isEqualTo(sent.status()).isBetween(400, 413);
            assertThat(edited.code()).isEqualTo(sent.code());
            assertThat(edited.json().path("errors")).isEqualTo(sent.json().path("errors"));
        }
        String longest = "é".repeat(32_000);
        assertThat(person.patches(queue() + "/" + turn, message(longest)).status()).isEqualTo(200);
        assertThat(person.gets(queue()).json().path("data").path(0).path("message").asText())
                .isEqualTo(longest);
    }

    @Test
    void cancelledTurnThatNeverBeganCostsNothingAndKeepsItsMessage() {
        String cancelled = queued(COUNTING, "never mind");
        double before = refunded();

        for (int i = 0; i < 2; i++) {
            assertThat(person.posts("/api/turns/" + cancelled + "/cancel", "").text("status"))
                    .isEqualTo("cancelled");
        }

        assertThat(charges()).containsExactly("2", "0");
        assertThat(database.usedBy(person)).isEqualTo(2);
        assertThat(refunded() - before).isEqualTo(3);
        assertThat(database.messagesOf(person)).containsExactly("first", "never mind");
        gated.open();
        Wait.until(() -> hasEnded(first));
        assertThat(Auditor.findingsAbout(person)).isEmpty();
    }

    @Test
    void cancelledTurnThatHasBegunKeepsItsPrice() {
        person.posts("/api/turns/" + first + "/cancel", "");

        Wait.until(() -> hasEnded(first));
        assertThat(database.usedBy(person)).isEqualTo(2);
    }

    @Test
    void queryGoesBackToTheMonthInWhichItWasCharged() {
        YearMonth now = YearMonth.now(ZoneOffset.UTC);
        YearMonth last = now.minusMonths(1);
        String turn = queued(COUNTING, "sent last month");
        UUID id = UUID.fromString(turn);
        database.change("update charges set month = ? where turn_id = ?", last.atDay(1), id);
        database.change("update turns set started_at = ? where id = ?", lastDay(last), id);
        database.setUsed(person, last, 3);
        database.setUsed(person, now, 2);

        assertThat(person.deletes(queue() + "/" + turn).status()).isEqualTo(204);

        assertThat(database.usedBy(person, last)).isZero();
        assertThat(database.usedBy(person, now)).isEqualTo(2);
        assertThat(charges()).containsExactly("2", "0");
        gated.open();
        Wait.until(() -> hasEnded(first));
        assertThat(Auditor.findingsAbout(person)).isEmpty();
    }

    /** The turn is opened in the last millisecond of a month, and charged in the next month. */
    @Test
    void queryGoesBackToTheMonthThatBeganWhileTheTurnWasOpened() {
        YearMonth now = YearMonth.now(ZoneOffset.UTC);
        String turn = queued(COUNTING, "sent at midnight");
        database.change(
                "update turns set started_at = ? where id = ?",
                lastDay(now.minusMonths(1)),
                UUID.fromString(turn));

        person.deletes(queue() + "/" + turn);

        assertThat(database.usedBy(person, now)).isEqualTo(2);
        assertThat(charges()).containsExactly("2", "0");
    }

    private static OffsetDateTime lastDay(YearMonth month) {
        return month.atEndOfMonth().atTime(23, 59, 59).atOffset(ZoneOffset.UTC);
    }

    @Test
    void planAndLimitDoNotMatterWhereQueriesAreGivenBack() {
        String turn = queued(COUNTING, "gone");
        database.subscribe(person, "no-such-plan");
        database.setUsed(person, YearMonth.now(ZoneOffset.UTC), 5_000);

        person.deletes(queue() + "/" + turn);

        assertThat(database.usedBy(person)).isEqualTo(4_997);
    }

    @Test
    void counterThatSomebodyHasLoweredDoesNotBecomeNegative() {
        String turn = queued(COUNTING, "gone");
        database.setUsed(person, YearMonth.now(ZoneOffset.UTC), 1);

        assertThat(person.deletes(queue() + "/" + turn).status()).isEqualTo(204);

        assertThat(database.usedBy(person)).isZero();
    }

    @Test
    void freeTurnIsRemovedToo() {
        double before = refunded();
        String turn = queued("offline", "What are my tasks?");

        assertThat(person.deletes(queue() + "/" + turn).status()).isEqualTo(204);

        assertThat(charges()).containsExactly("2", "0");
        assertThat(refunded() - before).isZero();
    }

    @Test
    void nextTurnStartsThoughTheTurnBeforeItWasRemoved() {
        String removed = queued(ECHO, "gone");
        String next = queued(ECHO, "next");
        person.deletes(queue() + "/" + removed);

        gated.open();

        Wait.until(() -> hasEnded(next));
        assertThat(person.gets("/api/turns/" + next).reply()).isEqualTo("next");
    }

    /** The running turn was to be cancelled when the message was sent, and that stays so. */
    @Test
    void removedTurnThatCancelsTheRunningTurnNeverRuns() {
        try (PausedJobs _ = PausedJobs.pause()) {
            String turn = database.enqueueTurn(person, conversation, ECHO, "instead");
            database.requestCancellation(first);

            assertThat(person.deletes(queue() + "/" + turn).status()).isEqualTo(204);

            assertThat(database.isToBeCancelled(first)).isTrue();
            assertThat(database.statusOf(turn)).isEqualTo("cancelled");
        }
        Wait.until(() -> hasEnded(first));
    }

    /** Whoever starts a turn locks its conversation. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void turnThatIsBeingStartedIsNeitherRemovedNorEdited(boolean isRemoval) throws Exception {
        String idle = person.says("hello", ECHO).text("conversation_id");
        try (PausedJobs _ = PausedJobs.pause()) {
            String turn = database.enqueueTurn(person, idle, ECHO, "as sent");
            ApiResponse refused;
            try (HeldRows starting =
                    HeldRows.by("update conversations set title = title where id = ?::uuid", idle)
                            .and("update turns set status = 'running' where id = ?::uuid", turn)) {
                refused =
                        starting.commitOnceWaitedFor(() ->
                                isRemoval
                                        ? person.deletes(queue(idle) + "/" + turn)
                                        : person.patches(
                                                queue(idle) + "/" + turn, message("other")));
            }

            assertThat(refused.code()).isEqualTo("turn_not_queued");
            assertThat(database.statusOf(turn)).isEqualTo("running");
            assertThat(database.messagesOf(person)).contains("as sent");
            // A runner that starts a turn and does not know the outcome queues it again
            database.change("update turns set status = 'queued' where id = ?::uuid", turn);
            assertThat(person.deletes(queue(idle) + "/" + turn).status()).isEqualTo(204);
        }
    }

    /** The commits of a request: the caller's account is read, the queue is changed. */
    @ExpectedErrors("The job .+ failed") // The database is made to fail
    @Test
    void removesOnceWhereTheAnswerToTheCommitIsLost() {
        String turn = queued(COUNTING, "gone");
        ApiResponse answer;
        try (PausedJobs _ = PausedJobs.pause()) { // Their commits would be counted
            person.gets(queue());
            Postgres.proxy().loseAnswerToCommit(2);
            answer = person.deletes(queue() + "/" + turn);
        }

        assertThat(Postgres.proxy().lostAnswers()).isEqualTo(1);
        assertThat(answer.status()).isEqualTo(204);
        assertThat(charges()).containsExactly("2", "0");
        assertThat(database.usedBy(person)).isEqualTo(2);
        assertThat(database.versionsOf(person)).isEqualTo(1);
        assertThat(database.messagesOf(person)).containsExactly("first");
    }

    @ExpectedErrors("The job .+ failed") // The database is made to fail
    @Test
    void editsWhereTheAnswerToTheCommitIsLost() {
        String turn = queued(ECHO, "as sent");
        ApiResponse answer;
        try (PausedJobs _ = PausedJobs.pause()) { // Their commits would be counted
            person.gets(queue());
            Postgres.proxy().loseAnswerToCommit(2);
            answer = person.patches(queue() + "/" + turn, message("as edited"));
        }

        assertThat(Postgres.proxy().lostAnswers()).isEqualTo(1);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("message")).isEqualTo("as edited");
    }

    /** Opening, removing and cancelling lock the same rows, in the same order. */
    @Test
    void manyChangesAtOnceOfOnePersonLeaveCounterAndLedgerEqual() {
        List<Callable<List<ApiResponse>>> callers =
                IntStream.range(0, 6)
                        .<Callable<List<ApiResponse>>>mapToObj(caller -> () -> changes(caller))
                        .toList();

        List<ApiResponse> answers = Person.atOnce(callers).stream().flatMap(List::stream).toList();

        assertThat(answers).extracting(ApiResponse::status).containsOnly(200, 202, 204);
        gated.open();
        Wait.until(() -> database.turnsOf(person, "queued") == 0);
        Wait.until(() -> database.turnsOf(person, "running") == 0);
        assertThat(Auditor.findingsAbout(person)).isEmpty();
    }

    private List<ApiResponse> changes(int caller) {
        List<ApiResponse> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ApiResponse opened = sent(body(COUNTING, "message " + i));
            answers.add(opened);
            if (opened.status() == 202) {
                String turn = opened.text("turn_id");
                answers.add(
                        (caller + i) % 2 == 0
                                ? person.deletes(queue() + "/" + turn)
                                : person.posts("/api/turns/" + turn + "/cancel", ""));
            }
            answers.add(person.says("elsewhere", ECHO));
        }
        return answers;
    }

    private List<String> contents(String order) {
        List<String> contents = new ArrayList<>();
        String page = "/api/conversations/%s/messages?limit=1&order=%s";
        String next = page.formatted(conversation, order);
        while (!next.isEmpty()) {
            JsonNode read = person.gets(next).json();
            contents.addAll(read.path("data").findValuesAsText("content"));
            JsonNode cursor = read.path("next_cursor");
            next =
                    cursor.isNull()
                            ? ""
                            : page.formatted(conversation, order) + "&cursor=" + cursor.asText();
        }
        return contents;
    }

    private String queue() {
        return queue(conversation);
    }

    private static String queue(String conversation) {
        return "/api/conversations/%s/queue".formatted(conversation);
    }

    private String queued(String agent, String message) {
        ApiResponse queued = sent(body(agent, message));
        assertThat(queued.text("status")).as(queued.toString()).isEqualTo("queued");
        return queued.text("turn_id");
    }

    private String body(String agent, String message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("message", message)
                .put("agent_type", agent)
                .put("conversation_id", conversation)
                .put("when_busy", "enqueue")
                .toString();
    }

    private static String message(String text) {
        return JsonNodeFactory.instance.objectNode().put("message", text).toString();
    }

    private ApiResponse sent(String body, String... headers) {
        List<String> all = new ArrayList<>(List.of("Prefer", "respond-async"));
        all.addAll(List.of(headers));
        return person.posts("/api/chat", body, all.toArray(String[]::new));
    }

    private static <T> CompletableFuture<T> later(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, work -> Thread.ofVirtual().start(work));
    }

    private boolean hasEnded(String turn) {
        return TurnStatus.of(database.statusOf(turn)).hasEnded();
    }

    private double refunded() {
        return meters.get("parley.quota.queries").tag("outcome", "refunded").counter().count();
    }

    /** The queries of the charges, in the order of the turns. */
    private List<String> charges() {
        return database.texts(
                "select queries from charges where user_id = ? order by turn_id", person.id());
    }
}
