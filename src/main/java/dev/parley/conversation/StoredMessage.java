package dev.parley.conversation;

import java.time.Instant;
import java.util.UUID;

/**
 * A message as it stands in the database.
 *
 * @param turnId the turn that it belongs to, as its message or its reply
 * @param position its place in the conversation, from 1
 */
public record StoredMessage(
        MessageId id,
        UUID turnId,
        int position,
        MessageRole role,
        String content,
        Instant createdAt) {}
