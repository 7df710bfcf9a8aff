package dev.parley.notification;

import dev.parley.platform.identity.UserId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A notification to create.
 *
 * @param turnId the turn that the notification is about; null without a turn
 */
public record NewNotification(
        UserId user, NotificationKind kind, String title, String body, @Nullable UUID turnId) {}
