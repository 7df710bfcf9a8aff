package dev.parley.conversation;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A message's row. Messages never change. */
@Entity
@Table(name = "messages")
@org.hibernate.annotations.Immutable
class Message {

    @Id UUID id;

    @Column(name = "conversation_id", nullable = false)
    UUID conversationId;

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

    Message(ConversationId conversation, StoredMessage message) {
        this.id = message.id().value();
        this.conversationId = conversation.value();
        this.turnId = message.turnId();
        this.position = message.position();
        this.role = message.role().text();
        this.content = message.content();
        this.createdAt = message.createdAt();
    }

    StoredMessage stored() {
        return new StoredMessage(
                new MessageId(id), turnId, position, Role.of(role), content, createdAt);
    }
}
