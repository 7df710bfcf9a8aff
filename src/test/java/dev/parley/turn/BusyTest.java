package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.quota.QuotaExhausted;
import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.engine.TurnLimiter;
import dev.parley.turn.recovery.TurnRecoveryTest;
import dev.parley.turn.store.CancellationStore;
import dev.parley.turn.store.RetryingTurnStore;
import dev.parley.turn.store.TurnStore;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a message while another turn runs in its conversation. */
@ParleyTest
class BusyTest {

    @Inject TestAgents.Gated gated;
    @Inject TestAgents.Dictated dictated;
    @Inject TurnLimiter limiter;
    @Inject TurnStore store;
    @Inject RetryingTurnStore opener;
    @Inject CancellationStore requests;
    @Inject RunnerLease runner;

    private final Database database = Postgres.database();
    private Person person = new Person("", new UUID(0, 0), "");
    private String conversation = "";
    private String first = "";

    @BeforeEach
    void runFirstTurn() {
        person = Person.registered();
        gated.close();
        ApiResponse running = async("{\"message\":\"first\",\"agent_type\":\"gated\"}");
        first = running.text("turn_id");
        conversation = running.text("conversation_id");
        Wait.until(() -> gated.waiting() == 1);
    }

    @AfterEach
    void endAll() {
        gated.open();
        Wait.until(() -> limiter.count() == 0);
    }

    @Test
    void acceptsMessageAtOnceWhereTheCallerPrefersNotToWait() {
        ApiResponse accepted = async("{\"message\":\"elsewhere\",\"agent_type\":\"echo\"}");

        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.header("Preference-Applied")).isEqualTo("respond-async");
        assertThat(accepted.header("Location")).isEqualTo("/api/turns/" + accepted.text("turn_id"));
        Wait.until(() ->
                person.gets("/api/turns/" + accepted.text("turn_id"))
                        .text("status")
                        .equals("succeeded"));
    }

    @Test
    void rejectsMessageWhileAnotherTurnRuns() {
        assertThat(queued("again", "reject").code()).isEqualTo("conversation_busy");
        assertThat(database.usedBy(person)).isEqualTo(1);
    }

    @Test
    void answersMessagesInLineInTheirOrder() {
        List<String> turns = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            ApiResponse queued = queued("counting", "message " + i, "enqueue");
            assertThat(queued.status()).isEqualTo(202);
            assertThat(queued.text("status")).isEqualTo("queued");
            turns.add(queued.text("turn_id"));
        }
        assertThat(database.usedBy(person)).isEqualTo(6);
        // Behind a line nobody slips in
        assertThat(queued("again", "reject").code()).isEqualTo("conversation_busy");

        gated.open();

        turns.forEach(turn -> Wait.until(() -> hasEnded(turn)));
        assertThat(
                        database.texts(
                                "select id from turns where user_id = ? order by version",
                                person.id()))
                .startsWith(first)
                .endsWith(turns.toArray(String[]::new));
        // The third of them was briefed with three turns before it, and its own message
        assertThat(person.gets("/api/turns/" + turns.get(2)).reply()).isEqualTo("7 from first");
        assertThat(person.gets("/api/turns/" + turns.get(2)).json().path("version").asLong())
                .isEqualTo(4);
    }

    /** Nobody runs there, or the one who waited does: either way he comes first. */
    @Test
    void rejectsMessageBehindLineThatStandsStill() {
        String idle = person.says("hello", "echo").text("conversation_id");
        try (PausedJobs _ = PausedJobs.pause()) {
            String queued = database.enqueueTurn(person, idle, "gated", "wait");

            ApiResponse refused = person.says("me first", "echo", idle);

            assertThat(refused.code()).isEqualTo("conversation_busy");
            assertThat(person.posts("/api/turns/" + queued + "/cancel", "").text("status"))
                    .isEqualTo("cancelled");
        }
    }

    @Test
    void tellsOfTurnFromTheLineToItsEnd() {
        try (Events stream =
                Events.ofTurn(
                        person,
                        """
                        {"message":"second","agent_type":"echo","conversation_id":"%s","when_busy":"enqueue"}
                        """
                                .formatted(conversation))) {
            Events.Event opened = stream.next().orElseThrow();
            assertThat(opened.name()).isEqualTo("turn.opened");
            assertThat(opened.text("status")).isEqualTo("queued");

            gated.open();

            List<Events.Event> rest = stream.rest();
            assertThat(Events.said(rest)).isEqualTo("second");
            assertThat(rest.getLast().name()).isEqualTo("turn.succeeded");
        }
    }

    @Test
    void rejectsMessageWhereTheLineIsFull() {
        for (int i = 1; i <= 10; i++) {
            assertThat(queued("message " + i, "enqueue").status()).isEqualTo(202);
        }

        ApiResponse eleventh = queued("one too many", "enqueue");

        assertThat(eleventh.code()).isEqualTo("conversation_busy");
        assertThat(database.usedBy(person)).isEqualTo(11);
    }

    @Test
    void cancelsRunningTurnForMessageThatWantsIt() {
        ApiResponse next = queued("instead", "cancel_running");

        assertThat(next.status()).isEqualTo(202);
        Wait.until(() -> hasEnded(next.text("turn_id")));
        assertThat(person.gets("/api/turns/" + first).text("status")).isEqualTo("cancelled");
        assertThat(person.gets("/api/turns/" + next.text("turn_id")).reply()).isEqualTo("instead");
    }

    /** All that a process does which dies right after its commit is to open the turn. */
    @Test
    void cancelsRunningTurnForMessageWhoseProcessDied() {
        opener.open(instead());

        Wait.until(() -> hasEnded(first));
        assertThat(person.gets("/api/turns/" + first).text("status")).isEqualTo("cancelled");
        Wait.until(() -> database.turnsOf(person, "succeeded") == 1);
    }

    @Test
    void cancelsNoTurnForMessageThatIsRefused() {
        database.leaveQueries(person.id(), 0, 1_000);

        assertThatThrownBy(() -> opener.open(instead())).isInstanceOf(QuotaExhausted.class);

        assertThat(database.isToBeCancelled(first)).isFalse();
    }

    private TurnRequest instead() {
        return new TurnRequest(
                TurnId.next(),
                new UserId(person.id()),
                Optional.of(new ConversationId(UUID.fromString(conversation))),
                Optional.of(new AgentType("echo")),
                "instead",
                WhenBusy.CANCEL_RUNNING,
                Optional.empty());
    }

    @Test
    void cancelsTurnThatStandsInLine() {
        String waiting = queued("never mind", "enqueue").text("turn_id");
        String last = queued("me", "enqueue").text("turn_id");

        ApiResponse cancelled = person.posts("/api/turns/" + waiting + "/cancel", "");

        assertThat(cancelled.text("status")).isEqualTo("cancelled");
        assertThat(person.gets("/api/turns/" + first).text("status")).isEqualTo("running");
        gated.open();
        Wait.until(() -> hasEnded(last));
        assertThat(database.versionsOf(person)).isEqualTo(3);
    }

    @Test
    void answersMessageInLineWhoeverLeftItBehind() {
        String keep = queued("keep", "enqueue").text("turn_id");
        String drop = queued("drop", "enqueue").text("turn_id");
        person.posts("/api/turns/" + drop + "/cancel", "");

        gated.open();
        Wait.until(() -> hasEnded(keep));

        assertThat(person.gets("/api/turns/" + keep).reply()).isEqualTo("keep");
    }

    @Test
    void answersMessageInLineHoweverLongTheReplyBeforeIt() {
        // As long as a reply may be, and more bytes than an agent gets to read
        String topic = "long " + conversation;
        dictated.say(topic, "é".repeat(140_000));
        dictated.say(topic, TestAgents.Dictated.END);
        String next = queued("dictated", topic, "enqueue").text("turn_id");
        String last = queued("me", "enqueue").text("turn_id");

        gated.open();
        Wait.until(() -> hasEnded(last));

        assertThat(person.gets("/api/turns/" + next).text("status")).isEqualTo("succeeded");
        assertThat(person.gets("/api/turns/" + last).reply()).isEqualTo("me");
    }

    /** Nobody has to look after the line for that. */
    @Test
    void startsNextInLineWhereTheRunningTurnEnds() {
        try (PausedJobs _ = PausedJobs.pause()) {
            String next = database.enqueueTurn(person, conversation, "echo", "next");

            gated.open();
            Wait.until(() -> limiter.count() == 0);

            assertThat(database.statusOf(next)).isEqualTo("succeeded");
        }
    }

    @Test
    void startsNobodyInLineWhileAnotherTurnRuns() {
        String next = database.enqueueTurn(person, conversation, "echo", "next");

        Optional<TurnStore.TurnContext> started =
                store.startNext(new ConversationId(uuid(conversation)));

        assertThat(started).isEmpty();
        assertThat(database.statusOf(next)).isEqualTo("queued");
    }

    /** The answer to the commit was lost, and meanwhile the turn runs elsewhere. */
    @Test
    void findsNoStartedTurnWhereAnotherRunnerRunsIt() {
        ConversationId here = new ConversationId(uuid(conversation));
        try (PausedJobs _ = PausedJobs.pause()) {
            Optional<TurnStore.TurnContext> mine = store.started(here);
            database.assignTurn(first, UUID.randomUUID());
            Optional<TurnStore.TurnContext> anothers = store.started(here);
            database.assignTurn(first, runner.id().value());

            assertThat(mine).isPresent();
            assertThat(anothers).isEmpty();
        }
    }

    @Test
    void takesNoPlaceForTurnThatStandsInLine() {
        assertThat(queued("next", "enqueue").status()).isEqualTo(202);

        Wait.until(() -> limiter.count() == 1);
    }

    /** It has begun to run by the time that somebody looks for what runs before it. */
    @Test
    void cancelsNothingForTurnThatNoLongerStandsInLine() {
        List<CancellationStore.ActiveTurn> asked =
                requests.requestBefore(
                        new TurnId(uuid(first)), new ConversationId(uuid(conversation)));

        assertThat(asked).isEmpty();
        assertThat(database.isToBeCancelled(first)).isFalse();
    }

    /** Whoever lets it run holds the conversation. */
    @Test
    void asksTurnToStopThatBeginsToRunWhileItIsCancelledInLine() throws SQLException {
        String idle = person.says("hello", "echo").text("conversation_id");
        try (PausedJobs _ = PausedJobs.pause();
                Connection starting = database.source().getConnection()) {
            starting.setAutoCommit(false);
            String turn = database.enqueueTurn(person, idle, "echo", "next");
            execute(starting, "select from conversations where id = ?::uuid for update", idle);
            CompletableFuture<List<CancellationStore.ActiveTurn>> asked =
                    TurnRecoveryTest.later(() ->
                            requests.request(new UserId(person.id()), new TurnId(uuid(turn))));
            Wait.until(() -> database.waitingForLocks() > 0);
            execute(starting, "update turns set status = 'running' where id = ?::uuid", turn);
            starting.commit();

            assertThat(asked.join()).hasSize(1);
            assertThat(database.isToBeCancelled(turn)).isTrue();
        }
    }

    private static void execute(Connection connection, String statement, String id)
            throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            prepared.setString(1, id);
            prepared.execute();
        }
    }

    private static UUID uuid(String id) {
        return UUID.fromString(id);
    }

    private boolean hasEnded(String turn) {
        return TurnStatus.of(database.statusOf(turn)).hasEnded();
    }

    private ApiResponse queued(String message, String whenBusy) {
        return queued("echo", message, whenBusy);
    }

    private ApiResponse queued(String agent, String message, String whenBusy) {
        return async(
                """
                {"message":"%s","agent_type":"%s","conversation_id":"%s","when_busy":"%s"}
                """
                        .formatted(message, agent, conversation, whenBusy));
    }

    private ApiResponse async(String body) {
        return person.posts("/api/chat", body, "Prefer", "wait=5, respond-async");
    }
}
