package dev.parley.turn.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Database;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.QueryPlans;
import dev.parley.turn.store.TurnRepository;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each replica looks for at each heartbeat costs no more where others run many turns. */
@ParleyTest
@ExpectedErrors("The job .+ failed") // Its connections are cut
class ManyRunnersTest {

    private static final int TURNS_ELSEWHERE = 3_000;

    /** The runners of other suites may have left a few turns. */
    private static final int TOUCHED_AT_MOST = 150;

    private static final int LIMIT = 200;

    @Inject StrandedTurnStore store;
    @Inject RunnerLease runner;

    private final Database database = Postgres.database();
    private final UUID living = UUID.randomUUID();
    private PausedJobs paused = PausedJobs.pause();
    private Person person = new Person("", new UUID(0, 0), "");

    @BeforeEach
    void pauseJobs() {
        QueryPlans.start();
        // They would recover these turns
        paused = PausedJobs.pause();
        person = Person.registered();
        database.change(
                "insert into runners (id, host, seen_at) values (?, 'many', now() + interval '1"
                        + " hour')",
                living);
        addRunning(TURNS_ELSEWHERE, living);
        database.changeInBulk("analyze turns");
    }

    @AfterEach
    void resumeJobs() {
        for (String table : List.of("turns", "conversations")) {
            database.changeInBulk("delete from " + table + " where user_id = ?", person.id());
        }
        database.change("delete from runners where id = ?", living);
        paused.close();
        QueryPlans.stop();
    }

    @Test
    void findsStrandedTurnsWithoutReadingThoseOfLivingRunners() {
        addRunning(2, UUID.randomUUID());
        Postgres.proxy().notes();

        List<TurnRepository.Stranded> found = store.find(Set.of(), LIMIT);

        assertThat(found).filteredOn(turn -> turn.user().value().equals(person.id())).hasSize(2);
        assertThat(QueryPlans.touched(Postgres.proxy().notes())).isBetween(1, TOUCHED_AT_MOST);
    }

    @Test
    void findsOwnTurnsWithoutReadingThoseOfOthers() {
        addRunning(2, runner.id().value());
        Postgres.proxy().notes();

        List<TurnRepository.Assigned> assigned = store.assignedHere();

        assertThat(assigned).hasSize(2);
        assertThat(QueryPlans.touched(Postgres.proxy().notes())).isBetween(1, TOUCHED_AT_MOST);
    }

    private void addRunning(int count, UUID runner) {
        database.changeInBulk(
                """
                with conversation as (
                    insert into conversations (id, user_id, title, agent_type, created_at, updated_at)
                    select gen_random_uuid(), ?, 'c', 'offline', now(), now() from generate_series(1, ?) returning id)
                insert into turns (id, user_id, conversation_id, agent_type, status, started_at, runner_id)
                select gen_random_uuid(), ?, id, 'offline', 'running', now(), ? from conversation
                """,
                person.id(),
                count,
                person.id(),
                runner);
    }
}
