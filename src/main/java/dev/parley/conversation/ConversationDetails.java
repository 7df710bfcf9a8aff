package dev.parley.conversation;

import java.time.Instant;
import java.util.Optional;

/**
 * A conversation without its messages.
 *
 * @param agentType the agent that the conversation was created with
 * @param version incremented with every end of a turn and every change of the title
 * @param pinnedAt when the user pinned the conversation; empty if it is not pinned
 */
public record ConversationDetails(
        ConversationId id,
        String title,
        String agentType,
        long version,
        int messageCount,
        Instant createdAt,
        Instant updatedAt,
        Optional<Instant> pinnedAt) {}
