package dev.parley.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whoever comes first does it for all. */
@ParleyTest
class ClusterJobLockTest {

    @Inject ClusterJobLock lock;

    @Test
    void isTakenByOneOfManyWhoComeAtOnce() {
        String job = "job-" + UUID.randomUUID();

        assertThat(Person.atOnce(16, () -> lock.tryAcquire(job, Duration.ofHours(1))))
                .containsOnlyOnce(true);
        assertThat(lock.tryAcquire(job, Duration.ofHours(1))).isFalse();
    }

    @Test
    void isTakenAgainOnceIntervalIsOver() {
        String job = "job-" + UUID.randomUUID();
        lock.tryAcquire(job, Duration.ofHours(1));
        Postgres.database()
                .change("update jobs set began_at = now() - interval '1 hour' where name = ?", job);

        assertThat(lock.tryAcquire(job, Duration.ofHours(1))).isTrue();
    }
}
