package dev.parley.conversation;

import java.time.Instant;
import java.util.UUID;

/**
 * A message in the database.
 *
 * @param turnId the turn whose user message or reply this is
 * @param position the position in the conversation, from 1
 */
public record StoredMessage(
        MessageId id,
        UUID turnId,
        int position,
        MessageRole role,
        String content,
        Instant createdAt) {}
