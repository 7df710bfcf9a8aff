package dev.parley.turn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import io.agroal.api.AgroalDataSource;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@ParleyTest
class ManyTurnsTest {

    @Inject AgroalDataSource pool;
    @Inject TurnLimiter limiter;

    @ConfigProperty(name = "quarkus.datasource.jdbc.max-size")
    int poolSize;

    @BeforeEach
    void requireSmallPool() {
        assertThat(poolSize).isEqualTo(10);
    }

    /**
     * The dashboard is asked for as long as all turns wait; there is no bound on its time here, the
     * benchmark has that.
     */
    @Test
    void answersDashboardWhileFiveHundredTurnsWaitFiveSeconds() {
        Person person = Person.registered();
        Person onlooker = Person.registered();

        CompletableFuture<List<ApiResponse>> turns =
                CompletableFuture.supplyAsync(
                        () -> Person.atOnce(500, () -> person.says("5000", "slow")),
                        task -> Thread.ofVirtual().start(task));
        Wait.until(() -> Postgres.database().turnsOf(person, "running") == 500);
        int looks = 0;
        while (Postgres.database().turnsOf(person, "running") == 500) {
            ApiResponse stats = onlooker.gets("/api/dashboard/stats");
            assertThat(stats.status()).isEqualTo(200);
            looks++;
        }

        assertThat(looks).isPositive();
        assertThat(turns.join())
                .hasSize(500)
                .allSatisfy(turn -> assertThat(turn.status()).isEqualTo(200));
        Wait.until(() -> pool.getMetrics().activeCount() == 0);
        assertThat(limiter.count()).isZero();
    }

    @Test
    void takesHundredRapidRequestsOfOneUser() {
        Person person = Person.registered();
        long sessionsBefore = Postgres.database().sessions();

        List<ApiResponse> answers = Person.atOnce(100, () -> person.says("quick", "echo"));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(answers.stream().map(answer -> answer.text("conversation_id")))
                .doesNotHaveDuplicates();
        assertThat(Postgres.database().usedBy(person)).isEqualTo(100);
        connectionsAreBack(sessionsBefore);
    }

    @Test
    void takesTwoHundredRapidRequestsOfTwentyUsers() {
        List<Person> people = IntStream.range(0, 20).mapToObj(i -> Person.registered()).toList();
        long sessionsBefore = Postgres.database().sessions();
        List<Callable<ApiResponse>> things = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Person person = people.get(i % people.size());
            things.add(() -> person.says("Add a task: one of many", "offline"));
        }

        List<ApiResponse> answers = Person.atOnce(things);

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(people)
                .allSatisfy(person -> assertThat(Postgres.database().usedBy(person)).isEqualTo(10));
        connectionsAreBack(sessionsBefore);
    }

    private void connectionsAreBack(long sessionsBefore) {
        Wait.until(() -> pool.getMetrics().activeCount() == 0);
        assertThat(pool.getMetrics().awaitingCount()).isZero();
        assertThat(Postgres.database().sessions())
                .isBetween(Math.min(1, sessionsBefore), (long) poolSize);
        Wait.until(() -> Postgres.database().idleInTransaction() == 0);
    }
}
