package dev.parley.dashboard;

import dev.parley.conversation.UserConversations;
import dev.parley.identity.UserId;
import dev.parley.notification.UserNotifications;
import dev.parley.quota.UserQuota;
import dev.parley.task.UserTasks;
import dev.parley.turn.UserTurns;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;

/** Gathers the figures of all rooms. */
@ApplicationScoped
public class ReadDashboard {

    private final UserTasks tasks;
    private final UserConversations conversations;
    private final UserTurns turns;
    private final UserNotifications notifications;
    private final UserQuota quota;
    private final Clock clock;

    ReadDashboard(
            UserTasks tasks,
            UserConversations conversations,
            UserTurns turns,
            UserNotifications notifications,
            UserQuota quota,
            Clock clock) {
        this.tasks = tasks;
        this.conversations = conversations;
        this.turns = turns;
        this.notifications = notifications;
        this.quota = quota;
        this.clock = clock;
    }

    /** One transaction around all rooms' reads: one connection, taken once. */
    @Transactional
    public DashboardStats read(UserId user) {
        return new DashboardStats(
                tasks.figures(user),
                conversations.count(user),
                turns.figures(user),
                notifications.unread(user),
                quota.of(user),
                clock.instant());
    }
}
