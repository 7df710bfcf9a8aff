package dev.parley.notification;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A notification's row. */
@Entity
@Table(name = "notifications")
@org.hibernate.annotations.Immutable
class Notification {

    @Id UUID id;

    @Column(name = "user_id", nullable = false)
    UUID userId;

    @Column(name = "read_at")
    @Nullable Instant readAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Notification() {}
}
