package dev.parley.quota;

import dev.parley.platform.jobs.ExpiredRows;
import dev.parley.platform.jobs.PurgeJob;
import java.time.Clock;
import java.time.Duration;

/** Removes whole months from a ledger when they are older than the retention time. */
abstract class LedgerPurgeJob extends PurgeJob {

    LedgerPurgeJob(String name, ExpiredRows rows, String table, QuotaConfig config, Clock clock) {
        super(
                name,
                Duration.ofHours(1),
                rows,
                table,
                "month",
                () -> Month.current(clock).before(config.retentionMonths() - 1).firstDay());
    }

    @Override
    public Duration timeout() {
        return Duration.ofMinutes(1);
    }

    @Override
    public boolean oncePerCluster() {
        return true;
    }
}
