package dev.parley.notification;

import dev.parley.platform.identity.UserId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a user is told.
 *
 * @param turnId the turn that it is about, where it is about one
 */
public record NewNotification(
        UserId user, NotificationKind kind, String title, String body, @Nullable UUID turnId) {}
