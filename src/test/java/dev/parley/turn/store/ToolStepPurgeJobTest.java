package dev.parley.turn.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.TestClock;
import dev.parley.testing.Wait;
import dev.parley.turn.TurnId;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@ParleyTest
class ToolStepPurgeJobTest {

    private final InProcess<TestClock> clock = InProcess.of(TestClock.class);
    private final InProcess<TestAgents.Stepping> stepping = InProcess.of(TestAgents.Stepping.class);
    private final InProcess<Instance<Job>> jobs = InProcess.all(Job.class);

    @Test
    void removesStepsAfterAWeek() {
        UUID turn =
                UUID.fromString(
                        Person.registered()
                                .says("Add a task: buy milk", "offline")
                                .text("turn_id"));

        purge(Duration.ofDays(6));
        assertThat(steps(turn)).isEqualTo(1);

        purge(Duration.ofDays(8));
        assertThat(steps(turn)).isZero();
    }

    /** A turn may resume after an outage that took longer than the retention. */
    @Test
    void keepsStepsOfTurnThatHasNotEnded() {
        Person person = Person.registered();
        stepping.get().close();
        CompletableFuture<Person.ApiResponse> reply =
                CompletableFuture.supplyAsync(() -> person.says("buy milk", "stepping"));
        try {
            Wait.until(() -> stepsOf(person) == 2);

            purge(Duration.ofDays(8));

            assertThat(stepsOf(person)).isEqualTo(2);
        } finally {
            stepping.get().open();
        }
        assertThat(reply.join().status()).isEqualTo(200);
        purge(Duration.ofDays(8));
        assertThat(stepsOf(person)).isZero();
    }

    /** As a replica of an older version, or one without budgets, leaves it. */
    @Test
    void removesWhatEndedTurnHasLeftOfItsBudget() {
        UUID turn = UUID.fromString(Person.registered().says("hello", "echo").text("turn_id"));
        Postgres.database()
                .change(
                        "insert into reservations (turn_id, user_id, tokens) select id, user_id, 9"
                                + " from turns where id = ?",
                        turn);
        Postgres.database()
                .change(
                        "insert into turn_usage (turn_id, path, agent_type, model, input_tokens,"
                                + " cached_tokens, output_tokens, is_estimated) values (?, '',"
                                + " 'echo', 'm', 1, 0, 1, false)",
                        turn);

        purge("purge-reservations", Duration.ofMinutes(30));
        purge("purge-turn-usage", Duration.ofMinutes(30));
        assertThat(leftOf(turn)).isEqualTo(2);

        purge("purge-reservations", Duration.ofHours(2));
        purge("purge-turn-usage", Duration.ofHours(2));
        assertThat(leftOf(turn)).isZero();
    }

    private static long leftOf(UUID turn) {
        return Postgres.database()
                .count(
                        """
                        select (select count(*) from reservations where turn_id = ?)
                            + (select count(*) from turn_usage where turn_id = ?)
                        """,
                        turn,
                        turn);
    }

    @Test
    void firstIdOfATimeIsBetweenTheIdsBeforeAndAfter() {
        TurnId before = TurnId.next();
        TurnId bound = TurnId.firstAt(Instant.now().plusSeconds(1));

        assertThat(before.toString()).isLessThan(bound.toString());
        assertThat(TurnId.firstAt(Instant.now().minusSeconds(60)).toString())
                .isLessThan(before.toString());
        assertThat(bound.value().version()).isEqualTo(7);
        assertThat(bound.value().variant()).isEqualTo(2);
    }

    private static long stepsOf(Person person) {
        return Postgres.database()
                .count(
                        "select count(*) from turn_steps join turns on turns.id = turn_id where"
                                + " user_id = ?",
                        person.id());
    }

    private static long steps(UUID turn) {
        return Postgres.database().count("select count(*) from turn_steps where turn_id = ?", turn);
    }

    private void purge(Duration later) {
        purge("purge-tool-steps", later);
    }

    private void purge(String name, Duration later) {
        try (PausedJobs _ = PausedJobs.pause();
                TestClock.Moved _ = clock.get().moveBy(later)) {
            jobs.get().stream()
                    .filter(job -> job.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .run(Deadline.in(Duration.ofSeconds(10)));
        }
    }
}
