package dev.parley.turn.store;

import dev.parley.platform.jobs.ExpiredRows;
import dev.parley.platform.jobs.PurgeJob;
import dev.parley.turn.TurnId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/**
 * Removes reservations of turns that have ended: a replica of an older version, or one without
 * budgets, does not delete them.
 */
@Singleton
class ReservationPurgeJob extends PurgeJob {

    /** Long enough for a turn that is just ending. */
    private static final Duration RETENTION = Duration.ofHours(1);

    ReservationPurgeJob(ExpiredRows rows, Clock clock) {
        super(
                "purge-reservations",
                Duration.ofMinutes(10),
                rows,
                "reservations",
                "turn_id",
                ToolStepPurgeJob.TURN_HAS_ENDED,
                () -> TurnId.firstAt(clock.instant().minus(RETENTION)).value());
    }
}
