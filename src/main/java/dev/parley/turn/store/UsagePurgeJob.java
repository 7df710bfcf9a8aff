package dev.parley.turn.store;

import dev.parley.platform.jobs.ExpiredRows;
import dev.parley.platform.jobs.PurgeJob;
import dev.parley.turn.TurnId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/**
 * Removes what turns had used that have ended: a replica of an older version does not delete it.
 */
@Singleton
class UsagePurgeJob extends PurgeJob {

    /** Long enough for a turn that is just ending. */
    private static final Duration RETENTION = Duration.ofHours(1);

    UsagePurgeJob(ExpiredRows rows, Clock clock) {
        super(
                "purge-turn-usage",
                Duration.ofMinutes(10),
                rows,
                "turn_usage",
                "turn_id",
                ToolStepPurgeJob.TURN_HAS_ENDED,
                () -> TurnId.firstAt(clock.instant().minus(RETENTION)).value());
    }
}
