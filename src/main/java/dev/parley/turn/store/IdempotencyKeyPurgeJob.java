package dev.parley.turn.store;

import dev.parley.platform.jobs.ExpiredRows;
import dev.parley.platform.jobs.PurgeJob;
import dev.parley.turn.TurnConfig;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Removes idempotency keys that are older than {@code parley.turn.idempotency-key-ttl}. */
@Singleton
class IdempotencyKeyPurgeJob extends PurgeJob {

    IdempotencyKeyPurgeJob(ExpiredRows rows, TurnConfig config, Clock clock) {
        super(
                "purge-idempotency-keys",
                Duration.ofMinutes(1),
                rows,
                "idempotency_keys",
                "created_at",
                () -> clock.instant().minus(config.idempotencyKeyTtl()));
    }
}
