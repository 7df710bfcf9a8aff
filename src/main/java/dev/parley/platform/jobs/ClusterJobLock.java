package dev.parley.platform.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Duration;

/** Lets one replica at a time do what all of them could, by the database's clock. */
@ApplicationScoped
class ClusterJobLock {

    /** Replicas' schedules are not the same to the moment. */
    private static final double ALMOST = 0.9;

    private final EntityManager database;

    ClusterJobLock(EntityManager database) {
        this.database = database;
    }

    /**
     * Takes the job for this interval.
     *
     * @return whether it was not taken before, here or by another replica
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
                        .setParameter("interval", ALMOST * interval.toMillis() / 1_000)
                        .executeUpdate()
                == 1;
    }
}
