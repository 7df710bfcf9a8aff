package dev.parley.turn.store;

import dev.parley.platform.jobs.ExpiredRows;
import dev.parley.platform.jobs.PurgeJob;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/**
 * Removes the steps of ended turns that were opened before {@code parley.turn.tool-step-retention}.
 * They hold the whole outcomes of the tools, which nobody reads once the turn has ended. The steps
 * of a turn that has not ended stay, however old they are: a replica that resumes the turn would
 * run its tools again.
 */
@Singleton
class ToolStepPurgeJob extends PurgeJob {

    static final String TURN_HAS_ENDED =
            """
            not exists (select from turns where turns.id = turn_id
                and turns.status in ('queued', 'running', 'waiting'))\
            """;

    ToolStepPurgeJob(ExpiredRows rows, TurnConfig config, Clock clock) {
        super(
                "purge-tool-steps",
                Duration.ofMinutes(10),
                rows,
                "turn_steps",
                "turn_id",
                TURN_HAS_ENDED,
                () -> TurnId.firstAt(clock.instant().minus(config.toolStepRetention())).value());
    }
}
