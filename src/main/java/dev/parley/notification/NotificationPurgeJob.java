package dev.parley.notification;

import dev.parley.platform.jobs.ExpiredRows;
import dev.parley.platform.jobs.PurgeJob;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Deletes notifications older than {@code parley.notification.retention}. */
@Singleton
class NotificationPurgeJob extends PurgeJob {

    NotificationPurgeJob(ExpiredRows rows, NotificationConfig config, Clock clock) {
        super(
                "purge-notifications",
                Duration.ofMinutes(10),
                rows,
                "notifications",
                "created_at",
                () -> clock.instant().minus(config.retention()));
    }
}
