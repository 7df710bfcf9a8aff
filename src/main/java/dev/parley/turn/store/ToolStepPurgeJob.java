package dev.parley.turn.store;

import dev.parley.platform.jobs.ExpiredRows;
import dev.parley.platform.jobs.PurgeJob;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/**
 * Removes the steps of turns that were opened before {@code parley.turn.tool-step-retention}. They
 * hold the whole outcomes of the tools, which nobody reads once the turn has ended.
 */
@Singleton
class ToolStepPurgeJob extends PurgeJob {

    ToolStepPurgeJob(ExpiredRows rows, TurnConfig config, Clock clock) {
        super(
                "purge-tool-steps",
                Duration.ofMinutes(10),
                rows,
                "turn_steps",
                "turn_id",
                () -> TurnId.firstAt(clock.instant().minus(config.toolStepRetention())).value());
    }
}
