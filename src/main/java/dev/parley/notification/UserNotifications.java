package dev.parley.notification;

import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/** A user's notifications. */
@ApplicationScoped
public class UserNotifications {

    private final Notifications notifications;

    UserNotifications(Notifications notifications) {
        this.notifications = notifications;
    }

    @Transactional
    public long unread(UserId user) {
        return notifications.count("userId = ?1 and readAt is null", user.value());
    }
}
