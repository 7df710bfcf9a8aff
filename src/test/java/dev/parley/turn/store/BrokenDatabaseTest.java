package dev.parley.turn.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.Events.Event;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.SlowTurns;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.web.http.StreamTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever becomes of its connections, a turn is charged once, and has one message, one ending and
 * at most one reply.
 */
@ParleyTest
@ExpectedErrors("The job .+ failed") // The database is made to fail
class BrokenDatabaseTest {

    @Inject TestAgents.Gated gated;
    @Inject TestAgents.Stepping stepping;

    private final Database database = Postgres.database();

    @BeforeEach
    void closeTheGate() {
        gated.close();
    }

    @AfterEach
    void mend() {
        gated.open();
        stepping.open();
        Postgres.proxy().behave();
    }

    @Test
    void settlesTurnsAfterEverySessionWasCutBetweenOpeningAndSettling() {
        Person person = Person.registered();
        CompletableFuture<List<ApiResponse>> answers =
                later(() -> Person.atOnce(30, () -> person.says("hello", "gated")));
        Wait.until(() -> gated.waiting() == 30);

        assertThat(database.cutSessions()).isPositive();
        gated.open();

        assertThat(answers.join()).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        isWrittenDownOnce(person, 30);
    }

    @Test
    void settlesTurnOnceTheDatabaseIsBack() {
        Person person = Person.registered();
        CompletableFuture<ApiResponse> answer = later(() -> person.says("hello", "gated"));
        Wait.until(() -> gated.waiting() == 1);

        Postgres.proxy().goAway();
        gated.open();
        Wait.until(() -> gated.waiting() == 0);
        assertThat(Person.send("GET", "/api/me/quota", person.token(), null).code())
                .isEqualTo("database_unavailable");
        assertThat(answer).isNotDone();
        Postgres.proxy().comeBack();

        assertThat(answer.join().status()).isEqualTo(200);
        isWrittenDownOnce(person, 1);
    }

    /**
     * The commits of a request: the caller's account is read, the turn is opened, the turn is
     * settled.
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void doublesNoTurnWhereTheAnswerToACommitIsLost(int commit) {
        Person person = Person.registered();
        person.says("warm up", "echo");
        ApiResponse answer;
        try (PausedJobs _ = PausedJobs.pause()) { // Their commits would be counted
            Postgres.proxy().loseAnswerToCommit(commit);
            answer = person.says("hello", "echo");
        }

        assertThat(Postgres.proxy().lostAnswers()).isEqualTo(1);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.reply()).isEqualTo("hello");
        isWrittenDownOnce(person, 2);
    }

    @Test
    void opensTurnOnceWhereTheDatabaseGoesAwayInTheMiddleOfIt() {
        Person person = Person.registered();
        person.says("warm up", "echo");
        CompletableFuture<ApiResponse> answer;
        try (PausedJobs _ = PausedJobs.pause()) { // Their commits would be counted
            Postgres.proxy().loseAnswerToCommitAndGoAway(2);
            answer = later(() -> person.says("hello", "echo"));
            Wait.until(() -> Postgres.proxy().lostAnswers() == 1);
        }
        // Long enough for all tries of an opening whose outcome is known
        Wait.until(() -> database.turnsOf(person, "running") == 1);
        assertThat(answer).isNotDone();
        Postgres.proxy().behave();

        assertThat(answer.join().reply()).isEqualTo("hello");
        isWrittenDownOnce(person, 2);
    }

    @Test
    void refusesTurnsWhileTheDatabaseIsAway() {
        Person person = Person.registered();
        Postgres.proxy().goAway();

        ApiResponse refused = person.says("hello", "echo");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("database_unavailable");
        assertThat(refused.header("Retry-After")).isNotEmpty();
        Postgres.proxy().comeBack();
        assertThat(database.usedBy(person)).isZero();
        assertThat(person.says("hello", "echo").status()).isEqualTo(200);
    }

    /** The commit comes through when the turn has already been tried again. */
    @Test
    @ExpectedErrors("The job .* failed")
    void opensTurnOnceWhoseCommitComesThroughLate() {
        Person person = Person.registered();
        String conversation = person.says("warm up", "echo").text("conversation_id");
        CompletableFuture<ApiResponse> answer;
        try (SlowTurns turns = SlowTurns.toCommitAnOpening()) {
            answer = later(() -> person.says("hello", "echo", conversation));
            turns.atWork();
            cutConnections();
            // The second try, for the conversation that the first still holds
            Wait.until(() -> database.waitingForLocks() > 0 || answer.isDone());
        }

        assertThat(answer.join().toString()).contains("\"hello\"");
        isWrittenDownOnce(person, 2);
    }

    @Test
    @ExpectedErrors("The job .* failed")
    void settlesTurnOnceWhoseCommitComesThroughLate() {
        Person person = Person.registered();
        CompletableFuture<ApiResponse> answer = later(() -> person.says("hello", "gated"));
        Wait.until(() -> gated.waiting() == 1);
        try (SlowTurns turns = SlowTurns.toCommitASettling()) {
            gated.open();
            turns.atWork();
            cutConnections();
            Wait.until(() -> database.waitingForLocks() > 0 || answer.isDone());
        }

        assertThat(answer.join().reply()).isEqualTo("let go");
        isWrittenDownOnce(person, 1);
    }

    @Test
    @ExpectedErrors({"The job .* failed", "Tool list_tasks failed in turn"})
    void tellsThatToolHasWorkedWhoseCommitComesThroughLate() {
        Person person = Person.registered();
        stepping.close();
        int before = stepping.steps();
        try (Events stream = Events.ofTurn(person, StreamTest.chat("once", "stepping"))) {
            String turn = stream.next().orElseThrow().text("turn_id");
            Wait.until(() -> stepping.steps() == before + 1);
            CompletableFuture<List<Event>> rest = later(stream::rest);
            try (SlowTurns steps = SlowTurns.toCommitAStep()) {
                stepping.open();
                steps.atWork();
                cutConnections();
                // Whoever looks for the step waits for it
                Wait.until(() -> database.waitingForLocks() > 0 || rest.isDone());
            }

            assertThat(rest.join())
                    .filteredOn(event -> event.name().equals("tool.returned"))
                    .last()
                    .satisfies(event -> {
                        assertThat(event.text("name")).isEqualTo("list_tasks");
                        assertThat(event.data().path("ok").asBoolean()).isTrue();
                    });
            assertThat(database.stepsOf(turn)).containsExactly("add_task", "list_tasks");
        }
    }

    private static void cutConnections() {
        Postgres.proxy().goAway();
        Postgres.proxy().comeBack();
    }

    private void isWrittenDownOnce(Person person, int turns) {
        assertThat(database.turnsOf(person)).isEqualTo(turns);
        assertThat(database.turnsOf(person, "succeeded")).isEqualTo(turns);
        assertThat(database.messagesOf(person, "user")).isEqualTo(turns);
        assertThat(database.messagesOf(person, "assistant")).isEqualTo(turns);
        assertThat(database.versionsOf(person)).isEqualTo(turns);
        assertThat(database.usedBy(person)).isEqualTo(turns);
    }

    private static <T> CompletableFuture<T> later(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }
}
