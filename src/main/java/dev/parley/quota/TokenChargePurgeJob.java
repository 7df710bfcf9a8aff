package dev.parley.quota;

import dev.parley.platform.jobs.ExpiredRows;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Removes old months from the ledger of tokens. The counters stay. */
@Singleton
class TokenChargePurgeJob extends LedgerPurgeJob {

    TokenChargePurgeJob(ExpiredRows rows, QuotaConfig config, Clock clock) {
        super("purge-token-charges", rows, "token_charges", config, clock);
    }
}
