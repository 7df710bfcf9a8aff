package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.Answer;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
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
class BrokenDatabaseTest {

    @Inject TestAgents.Gated gated;

    @BeforeEach
    void closeTheGate() {
        gated.close();
    }

    @AfterEach
    void mend() {
        gated.open();
        Postgres.proxy().behave();
    }

    @Test
    void settlesAfterEverySessionWasCutBetweenOpenAndSettle() {
        Person person = Person.registered();
        CompletableFuture<List<Answer>> answers =
                later(() -> Person.atOnce(30, () -> person.says("hello", "gated")));
        Wait.until(() -> gated.waiting() == 30);

        assertThat(Postgres.database().cutSessions()).isPositive();
        gated.open();

        assertThat(answers.join()).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        isWrittenDownOnce(person, 30);
    }

    @Test
    void settlesOnceTheDatabaseIsBack() {
        Person person = Person.registered();
        CompletableFuture<Answer> answer = later(() -> person.says("hello", "gated"));
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
    void isNotDoubledWhereTheAnswerToACommitIsLost(int commit) {
        Person person = Person.registered();
        person.says("warm up", "echo");
        Postgres.proxy().loseAnswerToCommit(commit);

        Answer answer = person.says("hello", "echo");

        assertThat(Postgres.proxy().lostAnswers()).isEqualTo(1);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.reply()).isEqualTo("hello");
        isWrittenDownOnce(person, 2);
    }

    @Test
    void isOpenedOnceWhereTheDatabaseGoesAwayInTheMiddleOfIt() {
        Person person = Person.registered();
        person.says("warm up", "echo");
        Postgres.proxy().loseAnswerToCommitAndGoAway(2);

        CompletableFuture<Answer> answer = later(() -> person.says("hello", "echo"));
        Wait.until(() -> Postgres.proxy().lostAnswers() == 1);
        // Long enough for all tries of an opening whose outcome is known
        Wait.until(() -> running(person) == 1);
        assertThat(answer).isNotDone();
        Postgres.proxy().behave();

        assertThat(answer.join().reply()).isEqualTo("hello");
        isWrittenDownOnce(person, 2);
    }

    @Test
    void refusesTurnsWhileTheDatabaseIsAway() {
        Person person = Person.registered();
        Postgres.proxy().goAway();

        Answer refused = person.says("hello", "echo");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("database_unavailable");
        assertThat(refused.header("Retry-After")).isNotEmpty();
        Postgres.proxy().comeBack();
        assertThat(Postgres.database().used(person.id())).isZero();
        assertThat(person.says("hello", "echo").status()).isEqualTo(200);
    }

    private static long running(Person person) {
        return Postgres.database()
                .count(
                        "select count(*) from turns where user_id = ? and status = 'running'",
                        person.id());
    }

    private static void isWrittenDownOnce(Person person, int turns) {
        var database = Postgres.database();
        assertThat(database.count("select count(*) from turns where user_id = ?", person.id()))
                .isEqualTo(turns);
        assertThat(
                        database.count(
                                "select count(*) from turns where user_id = ? and status ="
                                        + " 'succeeded'",
                                person.id()))
                .isEqualTo(turns);
        assertThat(
                        database.count(
                                "select count(*) from messages m join turns t on t.id = m.turn_id"
                                        + " where t.user_id = ? and role = 'user'",
                                person.id()))
                .isEqualTo(turns);
        assertThat(
                        database.count(
                                "select count(*) from messages m join turns t on t.id = m.turn_id"
                                        + " where t.user_id = ? and role = 'assistant'",
                                person.id()))
                .isEqualTo(turns);
        assertThat(
                        database.count(
                                "select coalesce(sum(version), 0) from conversations where user_id"
                                        + " = ?",
                                person.id()))
                .isEqualTo(turns);
        assertThat(database.used(person.id())).isEqualTo(turns);
    }

    private static <T> CompletableFuture<T> later(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }
}
