package dev.parley.notification;

import dev.parley.platform.database.sql.CombinedQuery;
import dev.parley.platform.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads and changes a user's notifications. Each call is one short transaction. */
@ApplicationScoped
@Transactional
public class NotificationService {

    /** Bounds the duration of one statement, whatever the number of notifications. */
    private static final int BATCH_SIZE = 10_000;

    private final NotificationRepository notifications;
    private final NotificationConfig config;
    private final Clock clock;

    NotificationService(
            NotificationRepository notifications, NotificationConfig config, Clock clock) {
        this.notifications = notifications;
        this.config = config;
        this.clock = clock;
    }

    /** Counts the user's unread notifications. */
    public CombinedQuery.SubQuery<Long> unread(UserId user) {
        return new CombinedQuery.SubQuery<>(
                "select count(*) from notifications where user_id = ? and read_at is null",
                List.of(user.value()),
                1,
                ResultSet::getLong);
    }

    /** Counts each user's unread notifications. The count stops at 1,000. */
    public Map<UserId, Long> unread(Collection<UserId> users) {
        return users.isEmpty() ? Map.of() : notifications.countUnread(users);
    }

    /**
     * Lists the user's notifications, newest first.
     *
     * @param before only notifications created before this notification
     */
    public List<NotificationDetails> list(
            UserId user, NotificationFilter filter, Optional<NotificationId> before, int limit) {
        return notifications.find(user, filter, before, limit).stream()
                .map(Notification::details)
                .toList();
    }

    /**
     * Marks a notification as read; a read notification stays read.
     *
     * @throws NotificationNotFound if the user has no such notification
     */
    public NotificationDetails read(UserId user, NotificationId id) {
        Notification notification =
                notifications.findLocked(user, id).orElseThrow(() -> new NotificationNotFound(id));
        notification.markRead(clock.instant());
        return notification.details();
    }

    /**
     * Marks all of the user's notifications as read.
     *
     * @return the number of notifications that were unread
     */
    public long readAll(UserId user) {
        long total = 0;
        int marked = BATCH_SIZE;
        while (marked == BATCH_SIZE) {
            marked = notifications.markRead(user, clock.instant(), BATCH_SIZE);
            total += marked;
        }
        return total;
    }

    /**
     * Joins the event's transaction: if the transaction rolls back, no notification remains. A user
     * keeps the newest {@link NotificationConfig#maxPerAccount} notifications: an event cannot be
     * refused, and the newest is worth more than the oldest.
     */
    @Transactional(TxType.MANDATORY)
    public void create(List<NewNotification> newNotifications) {
        if (!newNotifications.isEmpty()) {
            notifications.insert(newNotifications, clock.instant());
            notifications.deleteOldest(
                    newNotifications.stream()
                            .map(NewNotification::user)
                            .collect(Collectors.toSet()),
                    config.maxPerAccount());
        }
    }
}
