package dev.parley.quota;

import dev.parley.platform.jobs.ExpiredRows;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Removes old months from the ledger of queries. The counters stay. */
@Singleton
class ChargePurgeJob extends LedgerPurgeJob {

    ChargePurgeJob(ExpiredRows rows, QuotaConfig config, Clock clock) {
        super("purge-charges", rows, "charges", config, clock);
    }
}
