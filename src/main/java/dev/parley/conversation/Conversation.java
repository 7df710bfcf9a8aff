package dev.parley.conversation;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The row of a conversation. Turns write it with the SQL of {@link ConversationRepository}. */
@Entity
@Table(name = "conversations")
class Conversation {

    @Id UUID id;

    /** Null while the conversation is being deleted, see {@link ConversationPurgeJob}. */
    @Column(name = "user_id")
    @Nullable UUID userId;

    @Column(nullable = false)
    String title;

    @Column(name = "agent_type", nullable = false)
    String agentType;

    @Column(nullable = false)
    long version;

    /** The last position that a message was given. */
    @Column(name = "message_count", nullable = false)
    int messageCount;

    /** How many of the positions have no message any more. */
    @Column(name = "removed_messages", nullable = false)
    int removedMessages;

    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    Instant updatedAt;

    /** Null while the conversation is not pinned. */
    @Column(name = "pinned_at")
    @Nullable Instant pinnedAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Conversation() {}

    ConversationDetails details() {
        return new ConversationDetails(
                new ConversationId(id),
                title,
                agentType,
                version,
                messageCount - removedMessages,
                createdAt,
                updatedAt,
                Optional.ofNullable(pinnedAt));
    }
}
