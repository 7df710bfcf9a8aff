package dev.parley.notification;

import dev.parley.quota.BudgetThresholdReached;
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
        notifications.create(
                reached.users().stream().map(NotificationListener::notification).toList());
    }

    void budgetReached(@Observes BudgetThresholdReached reached) {
        notifications.create(
                reached.users().stream().map(NotificationListener::notification).toList());
    }

    void tasksDue(@Observes TasksDue due) {
        notifications.create(due.tasks().stream().map(NotificationListener::notification).toList());
    }

    private static NewNotification notification(QuotaThresholdReached.ByUser reached) {
        Plan plan = reached.plan();
        LocalDate resetsOn = utcDate(reached.resetsAt());
        return plan.isUsedUp(reached.used())
                ? new NewNotification(
                        reached.user(),
                        NotificationKind.QUOTA_EXHAUSTED,
                        "You have used all queries of this month",
                        "You have used all %d queries. The count resets on %s."
                                .formatted(plan.limit(), resetsOn),
                        null)
                : new NewNotification(
                        reached.user(),
                        NotificationKind.QUOTA_NEARING,
                        "You have used most queries of this month",
                        "You have used %d of %d queries. The count resets on %s."
                                .formatted(reached.used(), plan.limit(), resetsOn),
                        null);
    }

    private static NewNotification notification(BudgetThresholdReached.ByUser reached) {
        return new NewNotification(
                reached.user(),
                reached.isUsedUp()
                        ? NotificationKind.QUOTA_EXHAUSTED
                        : NotificationKind.QUOTA_NEARING,
                reached.isUsedUp()
                        ? "You have used your budget of this month"
                        : "You have used most of your budget of this month",
                "You have used %s. The count resets on %s."
                        .formatted(reached.amount(), utcDate(reached.resetsAt())),
                null);
    }

    private static NewNotification notification(TasksDue.Due due) {
        return new NewNotification(
                due.user(),
                NotificationKind.TASK_DUE,
                "Due: " + due.title(),
                "This task is due on %s.".formatted(due.dueOn()),
                null);
    }

    private static LocalDate utcDate(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
}
