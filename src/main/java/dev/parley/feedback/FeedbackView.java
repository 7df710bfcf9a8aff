package dev.parley.feedback;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A user's rating of a reply. */
public record FeedbackView(
        UUID messageId,
        Rating rating,
        @Nullable String reason,
        Instant createdAt,
        Instant updatedAt) {}
