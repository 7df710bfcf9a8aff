package dev.parley.notification;

import dev.parley.background.Deadline;
import dev.parley.background.Job;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Removes notifications that are old, batch by batch; replicas pass over each other's. */
@ApplicationScoped
class ForgetOldNotifications implements Job {

    private static final int A_BATCH = 1_000;

    private final Batches batches;
    private final NotificationConfig config;
    private final Clock clock;

    ForgetOldNotifications(Batches batches, NotificationConfig config, Clock clock) {
        this.batches = batches;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "forget-old-notifications";
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(10);
    }

    @Override
    public Duration limit() {
        return Duration.ofSeconds(30);
    }

    @Override
    public void run(Deadline deadline) {
        Instant oldest = clock.instant().minus(config.keep());
        deadline.inBatches(A_BATCH, () -> batches.forget(oldest, A_BATCH));
    }

    /** One batch is one transaction. */
    @ApplicationScoped
    static class Batches {

        private final Notifications notifications;

        Batches(Notifications notifications) {
            this.notifications = notifications;
        }

        @Transactional
        int forget(Instant oldest, int most) {
            return notifications.forget(oldest, most);
        }
    }
}
