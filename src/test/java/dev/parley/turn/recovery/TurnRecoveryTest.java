package dev.parley.turn.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.conversation.ConversationId;
import dev.parley.platform.cluster.LapsedRunner;
import dev.parley.platform.cluster.RunnerConfig;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.cluster.RunnerRepository;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.HeldRows;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.engine.CancelTest;
import dev.parley.turn.engine.GracefulShutdown;
import dev.parley.turn.engine.RunningTurnRegistry;
import dev.parley.turn.engine.TurnCanceller;
import dev.parley.turn.engine.TurnEngine;
import dev.parley.turn.engine.TurnLimiter;
import dev.parley.turn.store.RetryingTurnStore;
import dev.parley.turn.store.TurnRepository;
import dev.parley.turn.web.http.StreamTest;
import dev.parley.turn.web.ws.WebSocketTest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Turns whose runner is gone end, and what a runner writes that has lost them does not count. */
@ParleyTest
@TestProfile(WebSocketTest.ShortTimeouts.class)
public class TurnRecoveryTest {

    @Inject TestAgents.Gated gated;
    @Inject TestAgents.Stepping stepping;
    @Inject TurnLimiter limiter;
    @Inject TurnRecoveryJob rescue;
    @Inject StrandedTurnStore stranded;
    @Inject TurnRepository turns;
    @Inject RunningTurnRegistry runningTurns;
    @Inject TurnCanceller canceller;
    @Inject TurnEngine turnEngine;
    @Inject RetryingTurnStore store;
    @Inject GracefulShutdown shutdown;
    @Inject RunnerRepository runners;
    @Inject RunnerLease runner;
    @Inject RunnerConfig runnerConfig;
    @Inject TurnConfig config;

    private final Database database = Postgres.database();

    @AfterEach
    void endAll() {
        gated.open();
        stepping.open();
        Wait.until(() -> limiter.count() == 0);
    }

    @Test
    void endsTurnWhoseRunnerIsGoneAndTellsItsUser() {
        Person person = Person.registered();
        gated.close();
        CompletableFuture<ApiResponse> waiting = later(() -> person.says("wait", "gated"));
        String turn = CancelTest.runningTurn(person);

        database.assignTurn(turn, UUID.randomUUID());

        Wait.until(() -> database.statusOf(turn).equals("interrupted"));
        assertThat(database.notificationsOf(person)).containsExactly("turn_interrupted " + turn);
        gated.open();
        // What its runner settles now does not count; its caller is told what does
        assertThat(waiting.join().status()).isEqualTo(503);
        assertThat(waiting.join().code()).isEqualTo("turn_interrupted");
        assertThat(database.messagesOf(person)).containsExactly("wait");
        assertThat(database.versionsOf(person)).isEqualTo(1);
        assertThat(person.gets("/api/dashboard/stats").json().path("unread_notifications").asInt())
                .isEqualTo(1);
    }

    /** It is unknown for a moment, between its commit and its place among the running ones. */
    @Test
    void endsTurnThatItsOwnRunnerDoesNotKnowAtTheSecondLook() {
        Person person = Person.registered();
        String conversation = person.says("hello", "echo").text("conversation_id");
        String turn = UUID.randomUUID().toString();
        try (PausedJobs _ = PausedJobs.pause()) {
            database.change(
                    """
                    insert into turns (id, user_id, conversation_id, agent_type, status, started_at, runner_id)
                    select ?::uuid, user_id, conversation_id, agent_type, 'running', now(), ? from turns
                    where user_id = ?
                    """,
                    turn,
                    runner.id().value(),
                    person.id());

            look(rescue);
            String atTheFirstLook = database.statusOf(turn);
            look(rescue);

            assertThat(atTheFirstLook).isEqualTo("running");
            assertThat(database.statusOf(turn)).isEqualTo("interrupted");
        }
        assertThat(person.says("again", "echo", conversation).status()).isEqualTo(200);
    }

    /** Its runner was taken for lost, and is not: it lets the turn wait at this moment. */
    @Test
    void leavesTurnToPersonForWhomItBeginsToWait() throws Exception {
        Person person = Person.registered();
        String conversation = person.says("hello", "echo").text("conversation_id");
        String turn = UUID.randomUUID().toString();
        try (PausedJobs _ = PausedJobs.pause()) {
            database.change(
                    """
                    insert into turns (id, user_id, conversation_id, agent_type, status, started_at, runner_id)
                    select ?::uuid, user_id, conversation_id, agent_type, 'running', now(), ? from turns
                    where user_id = ?
                    """,
                    turn,
                    UUID.randomUUID(),
                    person.id());

            try (HeldRows waiting =
                    HeldRows.by(
                            "update turns set status = 'waiting', runner_id = null where id ="
                                    + " ?::uuid",
                            turn)) {
                waiting.commitOnceWaitedFor(() -> {
                    look(rescue);
                    return turn;
                });
            }

            assertThat(database.statusOf(turn)).isEqualTo("waiting");
            assertThat(database.notificationsOf(person)).isEmpty();
            assertThat(database.versionsOf(person)).isEqualTo(1);
        }
        person.posts("/api/turns/" + turn + "/cancel", "");
        assertThat(person.says("again", "echo", conversation).status()).isEqualTo(200);
    }

    /** It may be this runner that was cut off, and not the others. */
    @Test
    void endsNoTurnWhileItIsNotHeardItself() {
        Person person = Person.registered();
        String turn = runningTurn(person);
        try (PausedJobs _ = PausedJobs.pause()) {
            database.assignTurn(turn, UUID.randomUUID());

            look(rescueBy(LapsedRunner.with(runnerConfig)));
            String afterTheUnheard = database.statusOf(turn);
            Wait.until(runner::isValid);
            look(rescueBy(runner));

            assertThat(afterTheUnheard).isEqualTo("running");
            assertThat(database.statusOf(turn)).isEqualTo("interrupted");
        }
    }

    @Test
    void endsNoTurnThatWasSettledSinceItWasFound() {
        Person person = Person.registered();
        gated.close();
        CompletableFuture<ApiResponse> waiting = later(() -> person.says("wait", "gated"));
        String turn = CancelTest.runningTurn(person);
        Set<TurnId> forgotten = Set.of(id(turn));
        List<TurnRepository.Stranded> found = found(turn, forgotten);
        gated.open();
        assertThat(waiting.join().status()).isEqualTo(200);

        List<TurnRepository.Stranded> ended = stranded.end(found, forgotten);

        assertThat(ended).isEmpty();
        assertThat(database.statusOf(turn)).isEqualTo("succeeded");
        assertThat(database.notificationsOf(person)).isEmpty();
        assertThat(database.versionsOf(person)).isEqualTo(1);
    }

    @Test
    void endsNoTurnWhoseRunnerWasHeardOfSinceItWasFound() {
        Person person = Person.registered();
        String turn = runningTurn(person);
        List<TurnRepository.Stranded> found = found(turn, Set.of(id(turn)));

        List<TurnRepository.Stranded> ended = stranded.end(found, Set.of());

        assertThat(ended).isEmpty();
        assertThat(database.statusOf(turn)).isEqualTo("running");
    }

    /** Whoever settles holds the conversation. */
    @Test
    void passesOverTurnThatIsBeingSettled() throws SQLException {
        Person person = Person.registered();
        String turn = runningTurn(person);
        Set<TurnId> forgotten = Set.of(id(turn));
        List<TurnRepository.Stranded> found = found(turn, forgotten);

        List<TurnRepository.Stranded> ended;
        try (Connection settling = database.source().getConnection()) {
            settling.setAutoCommit(false);
            hold(settling, found.getFirst().conversation().toString());
            ended = stranded.end(found, forgotten);
            settling.rollback();
        }

        assertThat(ended).isEmpty();
        assertThat(database.statusOf(turn)).isEqualTo("running");
    }

    @Test
    void leavesTurnThatHasEndedAsItIs() {
        Person person = Person.registered();
        ApiResponse answer = person.says("hello", "echo");
        ConversationId conversation =
                new ConversationId(UUID.fromString(answer.text("conversation_id")));
        TurnId turn = id(answer.text("turn_id"));

        QuarkusTransaction.requiringNew()
                .run(() ->
                        turns.endStranded(
                                List.of(
                                        new TurnRepository.Stranded(
                                                turn,
                                                conversation,
                                                new UserId(person.id()),
                                                1,
                                                false,
                                                1)),
                                Map.of(conversation, 2L),
                                "It was lost.",
                                Instant.now()));

        assertThat(database.statusOf(answer.text("turn_id"))).isEqualTo("succeeded");
    }

    @Test
    void takesOverOnlyTheAttemptThatItFound() {
        String turn = runningTurn(Person.registered());

        boolean isTaken = isTakenOver(turn, 2);

        assertThat(isTaken).isFalse();
        assertThat(database.attemptOf(turn)).isEqualTo(1);
    }

    @Test
    void takesOverNoTurnThatHasEnded() {
        String turn = Person.registered().says("hello", "echo").text("turn_id");

        boolean isTaken = isTakenOver(turn, 1);

        assertThat(isTaken).isFalse();
        assertThat(database.attemptOf(turn)).isEqualTo(1);
    }

    @Test
    void settlesNoTurnThatIsInALaterAttempt() {
        Person person = Person.registered();
        gated.close();
        CompletableFuture<ApiResponse> waiting = later(() -> person.says("wait", "gated"));
        String turn = CancelTest.runningTurn(person);
        database.raiseAttempt(turn);

        gated.open();

        // Nobody knows of the later attempt here, so that it ends as well
        assertThat(waiting.join().code()).isEqualTo("turn_interrupted");
        assertThat(database.messagesOf(person)).containsExactly("wait");
    }

    @Test
    void endsTurnOfADeadRunnerAsCancelledWhereItWasToBeCancelled() {
        Person person = Person.registered();
        gated.close();
        CompletableFuture<ApiResponse> waiting = later(() -> person.says("wait", "gated"));
        String turn = CancelTest.runningTurn(person);
        UUID elsewhere = UUID.randomUUID();
        try (PausedJobs _ = PausedJobs.pause()) {
            database.addRunner(elsewhere);
            database.assignTurn(turn, elsewhere);
            person.posts("/api/turns/" + turn + "/cancel", "");
            database.removeRunner(elsewhere);

            look(rescue);
        }

        assertThat(database.statusOf(turn)).isEqualTo("cancelled");
        gated.open();
        assertThat(waiting.join().code()).isEqualTo("turn_cancelled");
        assertThat(database.notificationsOf(person)).isEmpty();
    }

    @Test
    void cancelsTurnByItselfWhereTheLetterIsLost() {
        Person person = Person.registered();
        gated.close();
        CompletableFuture<ApiResponse> waiting = later(() -> person.says("wait", "gated"));
        String turn = CancelTest.runningTurn(person);

        database.requestCancellation(turn);

        assertThat(waiting.join().code()).isEqualTo("turn_cancelled");
    }

    /** Its commit succeeded, the answer was lost, and nobody could ask the database. */
    @Test
    void runsQueuedTurnWhoseStartWasInterrupted() {
        Person person = Person.registered();
        String conversation = person.says("hello", "echo").text("conversation_id");
        String turn;
        try (PausedJobs _ = PausedJobs.pause()) {
            turn = database.enqueueTurn(person, conversation, "echo", "left behind");
            Postgres.proxy().loseAnswerToCommitAndGoAway(1);
            try {
                assertThatThrownBy(() ->
                                turnEngine.startNextQueued(
                                        new ConversationId(UUID.fromString(conversation))))
                        .isInstanceOf(RuntimeException.class);
            } finally {
                Postgres.proxy().behave();
            }
            Wait.until(() -> database.statusOf(turn).equals("running"));
        }

        Wait.until(() -> !database.statusOf(turn).equals("running"));
        Wait.until(() -> !Set.of("queued", "running").contains(database.statusOf(turn)));
        assertThat(database.statusOf(turn)).isEqualTo("succeeded");
        assertThat(person.gets("/api/turns/" + turn).reply()).isEqualTo("left behind");
    }

    @Test
    void movesLineThatStandsStill() {
        Person person = Person.registered();
        String conversation = person.says("hello", "echo").text("conversation_id");

        String turn = database.enqueueTurn(person, conversation, "echo", "left behind");

        Wait.until(() -> database.statusOf(turn).equals("succeeded"));
        assertThat(person.gets("/api/turns/" + turn).reply()).isEqualTo("left behind");
    }

    /** The tool's work and its record are undone together. */
    @Test
    void undoesToolOfTurnThatWasTakenOver() {
        assertThat(stepsWhere(turn -> database.assignTurn(turn, UUID.randomUUID())))
                .containsExactly("add_task");
    }

    @Test
    void undoesToolOfTurnThatIsInALaterAttempt() {
        assertThat(stepsWhere(database::raiseAttempt)).containsExactly("add_task");
    }

    @Test
    void undoesToolOfTurnThatHasEnded() {
        assertThat(
                        stepsWhere(turn ->
                                database.change(
                                        """
                                        update turns set status = 'cancelled', ended_at = now(), version = 1, trail = '[]',
                                            error_code = 'turn_cancelled', error_detail = 'It was.'
                                        where id = ?::uuid
                                        """,
                                        turn)))
                .containsExactly("add_task");
    }

    /** What is recorded of a turn whose agent uses a second tool after this has happened to it. */
    private List<String> stepsWhere(Consumer<String> happens) {
        Person person = Person.registered();
        stepping.close();
        int before = stepping.steps();
        try (PausedJobs _ = PausedJobs.pause();
                Events stream = Events.ofTurn(person, StreamTest.chat("first", "stepping"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            Wait.until(() -> stepping.steps() == before + 1);
            assertThat(database.stepsOf(turn)).containsExactly("add_task");
            happens.accept(turn);

            stepping.open();
            Wait.until(() -> limiter.count() == 0);

            assertThat(person.gets("/api/turns/" + turn).json().has("reply")).isFalse();
            return database.stepsOf(turn);
        }
    }

    /** A turn that runs here until the test is over. */
    private String runningTurn(Person person) {
        gated.close();
        person.posts("/api/chat", StreamTest.chat("wait", "gated"), "Prefer", "respond-async");
        return CancelTest.runningTurn(person);
    }

    private List<TurnRepository.Stranded> found(String turn, Set<TurnId> forgotten) {
        List<TurnRepository.Stranded> found =
                stranded.find(forgotten, 100).stream()
                        .filter(each -> each.id().equals(id(turn)))
                        .toList();
        assertThat(found).hasSize(1);
        return found;
    }

    private boolean isTakenOver(String turn, int attempt) {
        return QuarkusTransaction.requiringNew()
                .call(() -> turns.reassign(id(turn), attempt, runner.id()).isPresent());
    }

    private TurnRecoveryJob rescueBy(RunnerLease judge) {
        return new TurnRecoveryJob(
                stranded,
                runningTurns,
                canceller,
                turnEngine,
                store,
                limiter,
                shutdown,
                runners,
                judge,
                config,
                new SimpleMeterRegistry());
    }

    static void look(TurnRecoveryJob rescue) {
        rescue.run(Deadline.in(Duration.ofSeconds(10)));
    }

    private static void hold(Connection connection, String conversation) throws SQLException {
        try (PreparedStatement hold =
                connection.prepareStatement(
                        "select from conversations where id = ?::uuid for update")) {
            hold.setString(1, conversation);
            hold.execute();
        }
    }

    private static TurnId id(String turn) {
        return new TurnId(UUID.fromString(turn));
    }

    public static <T> CompletableFuture<T> later(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }
}
