package dev.parley.account;

import dev.parley.platform.jobs.ExpiredRows;
import dev.parley.platform.jobs.PurgeJob;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Deletes invitations that have expired. */
@Singleton
class InvitationPurgeJob extends PurgeJob {

    InvitationPurgeJob(ExpiredRows rows, Clock clock) {
        super(
                "purge-invitations",
                Duration.ofMinutes(10),
                rows,
                "invitations",
                "expires_at",
                clock::instant);
    }
}
