package dev.parley.quota;

import dev.parley.platform.jobs.ExpiredRows;
import dev.parley.platform.jobs.PurgeJob;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/**
 * Removes whole months from the ledger of tokens when they are older than the retention time. The
 * counters stay.
 */
@Singleton
class TokenChargePurgeJob extends PurgeJob {

    TokenChargePurgeJob(ExpiredRows rows, QuotaConfig config, Clock clock) {
        super(
                "purge-token-charges",
                Duration.ofHours(1),
                rows,
                "token_charges",
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
