package dev.parley.conversation;

import dev.parley.identity.UserId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A conversation's row. */
@Entity
@Table(name = "conversations")
class Conversation {

    @Id UUID id;

    @Column(name = "user_id", nullable = false)
    UUID userId;

    @Column(nullable = false)
    String title;

    @Column(name = "agent_type", nullable = false)
    String agentType;

    @Column(nullable = false)
    long version;

    @Column(name = "message_count", nullable = false)
    int messageCount;

    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    Instant updatedAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Conversation() {}

    /** A new conversation, into which its first message is about to be put. */
    Conversation(ConversationId id, UserId user, String title, String agentType, Instant now) {
        this.id = id.value();
        this.userId = user.value();
        this.title = title;
        this.agentType = agentType;
        this.messageCount = 1;
        this.createdAt = now;
        this.updatedAt = now;
    }

    ConversationSummary summary() {
        return new ConversationSummary(
                new ConversationId(id),
                title,
                agentType,
                version,
                messageCount,
                createdAt,
                updatedAt);
    }
}
