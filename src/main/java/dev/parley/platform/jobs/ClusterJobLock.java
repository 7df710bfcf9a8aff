package dev.parley.platform.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Duration;

/**
 * Lets one replica per interval run a job that every replica schedules. The database's clock
 * decides.
 */
@ApplicationScoped
class ClusterJobLock {

    /**
     * Part of an interval after which a job may run again, because the replicas' schedules differ
     * slightly.
     */
    private static final double CLAIMABLE_AFTER_FRACTION = 0.9;

    private final EntityManager database;

    ClusterJobLock(EntityManager database) {
        this.database = database;
    }

    /**
     * Claims the job for this interval.
     *
     * @return false if this or another replica has already claimed the interval
     */
    @Transactional
    boolean tryAcquire(String job, Duration interval) {
        return database.createNativeQuery(
                                """
                                insert into jobs (name, began_at) values (:name, clock_timestamp())
                                on conflict (name) do update set began_at = clock_timestamp()
                                    where jobs.began_at < clock_timestamp() - make_interval(secs => :interval)
                                """)
                        .setParameter("name", job)
                        .setParameter(
                                "interval", CLAIMABLE_AFTER_FRACTION * interval.toMillis() / 1_000)
                        .executeUpdate()
                == 1;
    }
}
