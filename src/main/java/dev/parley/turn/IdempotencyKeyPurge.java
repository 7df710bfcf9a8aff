package dev.parley.turn;

import dev.parley.platform.jobs.ExpiredRows;
import dev.parley.platform.jobs.PurgeJob;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Removes idempotency keys that are older than {@code parley.turn.keep-idempotency-keys}. */
@Singleton
class IdempotencyKeyPurge extends PurgeJob {

    IdempotencyKeyPurge(ExpiredRows rows, TurnConfig config, Clock clock) {
        super(
                "forget-idempotency-keys",
                Duration.ofMinutes(1),
                rows,
                "idempotency_keys",
                "created_at",
                () -> clock.instant().minus(config.keepIdempotencyKeys()));
    }
}
