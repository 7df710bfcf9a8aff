package dev.parley.notification;

import dev.parley.quota.Plan;
import dev.parley.quota.QuotaThresholdReached;
import dev.parley.task.TasksDue;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Creates notifications for events of other modules, in the event's transaction. */
@ApplicationScoped
class NotificationListener {

    private final NotificationService notifications;

    NotificationListener(NotificationService notifications) {
        this.notifications = notifications;
    }

    void quotaReached(@Observes QuotaThresholdReached reached) {
        notifications.create(reached.users().stream().map(NotificationListener::news).toList());
    }

    void tasksDue(@Observes TasksDue due) {
        notifications.create(due.tasks().stream().map(NotificationListener::news).toList());
    }

    private static NewNotification news(QuotaThresholdReached.ByUser user) {
        Plan plan = user.plan();
        LocalDate anew = day(user.resetsAt());
        return plan.isUsedUp(user.used())
                ? new NewNotification(
                        user.user(),
                        NotificationKind.QUOTA_EXHAUSTED,
                        "Your queries of this month are used up",
                        "All %d of them are used; the count starts anew on %s."
                                .formatted(plan.limit(), anew),
                        null)
                : new NewNotification(
                        user.user(),
                        NotificationKind.QUOTA_NEARING,
                        "Your queries of this month are running low",
                        "%d of %d are used; the count starts anew on %s."
                                .formatted(user.used(), plan.limit(), anew),
                        null);
    }

    private static NewNotification news(TasksDue.Due due) {
        return new NewNotification(
                due.user(),
                NotificationKind.TASK_DUE,
                "Due: " + due.title(),
                "It was to be done by %s.".formatted(due.dueOn()),
                null);
    }

    private static LocalDate day(Instant moment) {
        return LocalDate.ofInstant(moment, ZoneOffset.UTC);
    }
}
