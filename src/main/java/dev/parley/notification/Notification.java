package dev.parley.notification;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code notifications}. Only {@code read_at} changes after the insert. */
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

    /** Keeps the time of the first reading. */
    void markRead(Instant now) {
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
