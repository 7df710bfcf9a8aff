package dev.parley.turn.store;

import dev.parley.platform.jobs.ExpiredRows;
import dev.parley.platform.jobs.PurgeJob;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/**
 * Removes the rounds of ended turns that were opened before {@code
 * parley.turn.tool-step-retention}. Most rounds are deleted with the turn's ending; rounds are left
 * by {@code parley.turn.keep-exchange}, and where a replica of an older version has ended the turn.
 */
@Singleton
class RoundPurgeJob extends PurgeJob {

    RoundPurgeJob(ExpiredRows rows, TurnConfig config, Clock clock) {
        super(
                "purge-rounds",
                Duration.ofMinutes(10),
                rows,
                "turn_rounds",
                "turn_id",
                ToolStepPurgeJob.TURN_HAS_ENDED,
                () -> TurnId.firstAt(clock.instant().minus(config.toolStepRetention())).value());
    }
}
