package dev.parley.conversation;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/**
 * The row of a message, read only. {@link MessageRepository} inserts messages with SQL; the message
 * of a queued turn may change, any other never does.
 */
@Entity
@Table(name = "messages")
@org.hibernate.annotations.Immutable
class Message {

    @Id UUID id;

    @Column(name = "conversation_id", nullable = false)
    UUID conversationId;

    @Column(name = "user_id", nullable = false)
    UUID userId;

    @Column(name = "turn_id", nullable = false)
    UUID turnId;

    @Column(nullable = false)
    int position;

    @Column(nullable = false)
    String role;

    @Column(nullable = false)
    String content;

    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Message() {}

    StoredMessage stored() {
        return new StoredMessage(
                new MessageId(id), turnId, position, MessageRole.of(role), content, createdAt);
    }
}
