package dev.parley.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.platform.jobs.Deadline;
import dev.parley.testing.Database;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Postgres;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is taken for living, by the database's clock, and who is forgotten. */
@ParleyTest
class RunnerRepositoryTest {

    private static final double HALF_A_MINUTE = 30;

    @Inject RunnerRepository runners;
    @Inject RunnerLease here;

    private final Database database = Postgres.database();

    @AfterEach
    void forget() {
        database.change("delete from runners where host = 'test'");
    }

    @Test
    void takesForLivingWhoWasSeenWithinLease() {
        UUID seen = seen("1 hour");
        UUID gone = seen("-1 hour");

        // Shorter than the server is up, whose start counts as a beat
        assertThat(living(0)).contains(seen).doesNotContain(gone);
    }

    /** After an outage every heartbeat is old; only who reconnects sees who does not. */
    @Test
    void takesForLivingWhoseSilenceWasNotObservedForWholeLease() {
        UUID silent = seen("-1 day");

        assertThat(living(0.001, 0)).contains(silent);
        assertThat(living(0.001, 0.001)).doesNotContain(silent);
    }

    @Test
    void takesStartOfDatabaseForBeatOfAll() {
        UUID old = seen("-1 day");
        double sinceStart =
                Double.parseDouble(
                        database.texts(
                                        "select extract(epoch from clock_timestamp() -"
                                                + " pg_postmaster_start_time())")
                                .getFirst());

        assertThat(living(sinceStart + HALF_A_MINUTE)).contains(old);
        assertThat(living(0)).doesNotContain(old);
    }

    @Test
    void forgetsRunnersOfYesterdayAndNoOthers() {
        UUID old = seen("-25 hours");
        UUID late = seen("-23 hours");

        runners.run(Deadline.in(Duration.ofMinutes(1)));

        assertThat(all()).contains(late, here.id().value()).doesNotContain(old);
    }

    private UUID seen(String later) {
        UUID id = UUID.randomUUID();
        database.change(
                "insert into runners (id, host, seen_at) values (?, 'test', clock_timestamp() +"
                        + " ?::interval)",
                id,
                later);
        return id;
    }

    private List<UUID> living(double lease) {
        return living(lease, lease);
    }

    private List<UUID> living(double lease, double observed) {
        return ids(
                RunnerRepository.LIVE_RUNNERS
                        .replace(":lease", Double.toString(lease))
                        .replace(":observed", Double.toString(observed)));
    }

    private List<UUID> all() {
        return ids("select id from runners");
    }

    private List<UUID> ids(String query) {
        return database.texts(query).stream().map(UUID::fromString).toList();
    }
}
