package dev.parley.conversation;

import java.time.Instant;

/**
 * A conversation without its messages.
 *
 * @param agentType the agent it was begun with
 * @param version raised by one with every ending of a turn and every change of title
 */
public record ConversationSummary(
        ConversationId id,
        String title,
        String agentType,
        long version,
        int messageCount,
        Instant createdAt,
        Instant updatedAt) {}
