package dev.parley.notification;

import java.time.Instant;
import java.util.Optional;

/**
 * Selects notifications; an empty field does not filter.
 *
 * @param unread true for unread notifications, false for read notifications
 * @param since only notifications created at this time or later
 */
public record NotificationFilter(
        Optional<Boolean> unread, Optional<NotificationKind> kind, Optional<Instant> since) {

    /** All notifications. */
    public static final NotificationFilter ALL =
            new NotificationFilter(Optional.empty(), Optional.empty(), Optional.empty());

    /** Unread notifications. */
    public static final NotificationFilter UNREAD =
            new NotificationFilter(Optional.of(true), Optional.empty(), Optional.empty());
}
