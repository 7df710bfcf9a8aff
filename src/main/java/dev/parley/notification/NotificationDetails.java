package dev.parley.notification;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A notification as its user sees it.
 *
 * @param turnId the turn that the notification is about; null without a turn or after its deletion
 */
@RegisterForReflection // serialized by an ObjectMapper, which Quarkus cannot detect
public record NotificationDetails(
        UUID id,
        NotificationKind kind,
        String title,
        @Nullable String body,
        boolean read,
        Instant createdAt,
        @Nullable UUID turnId) {}
