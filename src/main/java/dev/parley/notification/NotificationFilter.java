package dev.parley.notification;

import java.time.Instant;
import java.util.Optional;

/**
 * Which notifications are wanted.
 *
 * @param unread only those that were not read yet, or only those that were
 * @param since only those that were written at that moment or after it
 */
public record NotificationFilter(
        Optional<Boolean> unread, Optional<Kind> kind, Optional<Instant> since) {

    /** All of them. */
    public static final NotificationFilter ALL =
            new NotificationFilter(Optional.empty(), Optional.empty(), Optional.empty());

    /** Those that were not read yet. */
    public static final NotificationFilter UNREAD =
            new NotificationFilter(Optional.of(true), Optional.empty(), Optional.empty());
}
