package dev.parley.feedback;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code feedback}. */
@Entity
@Table(name = "feedback")
class Feedback {

    @EmbeddedId Key key;

    @Column(nullable = false)
    String rating;

    @Nullable String reason;

    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    Instant updatedAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Feedback() {}

    FeedbackView view() {
        return new FeedbackView(key.messageId(), Rating.of(rating), reason, createdAt, updatedAt);
    }

    /** A user rates a reply once. */
    @Embeddable
    record Key(
            @Column(name = "user_id") UUID userId, @Column(name = "message_id") UUID messageId) {}
}
