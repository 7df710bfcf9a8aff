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

/** A user's notifications, each call in one short transaction. */
@ApplicationScoped
@Transactional
public class NotificationService {

    /** However many there are, no statement takes long. */
    private static final int BATCH_SIZE = 10_000;

    private final NotificationRepository notifications;
    private final Clock clock;

    NotificationService(NotificationRepository notifications, Clock clock) {
        this.notifications = notifications;
        this.clock = clock;
    }

    /** How many the user has not read. */
    public CombinedQuery.SubQuery<Long> unread(UserId user) {
        return new CombinedQuery.SubQuery<>(
                "select count(*) from notifications where user_id = ? and read_at is null",
                List.of(user.value()),
                1,
                ResultSet::getLong);
    }

    /** How many each of those has not read; a thousand stands for all that are more. */
    public Map<UserId, Long> unread(Collection<UserId> users) {
        return users.isEmpty() ? Map.of() : notifications.unread(users);
    }

    /**
     * Newest first.
     *
     * @param before only notifications that were written before this one
     */
    public List<NotificationDetails> list(
            UserId user, NotificationFilter filter, Optional<NotificationId> before, int most) {
        return notifications.of(user, filter, before, most).stream()
                .map(Notification::details)
                .toList();
    }

    /**
     * Marks a notification as read; a read notification stays read.
     *
     * @throws NotificationNotFound where the user has no such notification
     */
    public NotificationDetails read(UserId user, NotificationId id) {
        Notification found =
                notifications.locked(user, id).orElseThrow(() -> new NotificationNotFound(id));
        found.read(clock.instant());
        return found.details();
    }

    /**
     * Marks all as read.
     *
     * @return how many were unread
     */
    public long readAll(UserId user) {
        long read = 0;
        int some = BATCH_SIZE;
        while (some == BATCH_SIZE) {
            some = notifications.markRead(user, clock.instant(), BATCH_SIZE);
            read += some;
        }
        return read;
    }

    /** Part of the transaction of the event: what was rolled back notifies nobody. */
    @Transactional(TxType.MANDATORY)
    public void create(List<NewNotification> newNotifications) {
        if (!newNotifications.isEmpty()) {
            notifications.write(newNotifications, clock.instant());
        }
    }
}
