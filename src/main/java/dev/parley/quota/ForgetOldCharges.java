package dev.parley.quota;

import dev.parley.background.Deadline;
import dev.parley.background.Job;
import dev.parley.database.PlainSql;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;

/** Removes whole months from the ledger, once they are old; the counters stay. */
@ApplicationScoped
class ForgetOldCharges implements Job {

    private static final int A_BATCH = 10_000;

    private final Batches batches;
    private final QuotaConfig config;
    private final Clock clock;

    ForgetOldCharges(Batches batches, QuotaConfig config, Clock clock) {
        this.batches = batches;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "forget-old-charges";
    }

    @Override
    public Duration interval() {
        return Duration.ofHours(1);
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(1);
    }

    @Override
    public boolean oncePerCluster() {
        return true;
    }

    @Override
    public void run(Deadline deadline) {
        Month oldest = Month.current(clock).before(config.keepMonths() - 1);
        deadline.inBatches(A_BATCH, () -> batches.forget(oldest, A_BATCH));
    }

    /** One batch is one transaction. */
    @ApplicationScoped
    static class Batches {

        private final EntityManager database;

        Batches(EntityManager database) {
            this.database = database;
        }

        @Transactional
        int forget(Month oldest, int most) {
            return PlainSql.of(
                            database,
                            """
                            delete from charges where ctid = any (array(
                                select ctid from charges where month < ? limit ?))
                            """)
                    .value(oldest.firstDay())
                    .value(most)
                    .execute();
        }
    }
}
