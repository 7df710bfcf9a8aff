package dev.parley.notification;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A notification's row; once written only its reading is noted. */
@Entity
@Table(name = "notifications")
class Notification {

    @Id UUID id;

    @Column(name = "user_id", nullable = false)
    UUID userId;

    @Column(nullable = false)
    String kind;

    @Column(nullable = false)
    String title;

    @Nullable String body;

    @Column(name = "turn_id")
    @Nullable UUID turnId;

    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    @Column(name = "read_at")
    @Nullable Instant readAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Notification() {}

    /** The first reading counts. */
    void read(Instant now) {
        readAt = readAt == null ? now : readAt;
    }

    NotificationDetails details() {
        return new NotificationDetails(
                id,
                NotificationKind.of(kind).orElseThrow(),
                title,
                body,
                readAt != null,
                createdAt,
                turnId);
    }
}
