package dev.parley.notification;

import java.time.Instant;
import java.util.Optional;

/**
 * Which notifications are wanted.
 *
 * @param unread only unread notifications, or only read ones
 * @param since only notifications written at that moment or later
 */
public record NotificationFilter(
        Optional<Boolean> unread, Optional<NotificationKind> kind, Optional<Instant> since) {

    /** All of them. */
    public static final NotificationFilter ALL =
            new NotificationFilter(Optional.empty(), Optional.empty(), Optional.empty());

    /** Unread notifications. */
    public static final NotificationFilter UNREAD =
            new NotificationFilter(Optional.of(true), Optional.empty(), Optional.empty());
}
