package dev.parley.hiring;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A row of {@code hirings}: a user has hired an agent. */
@Entity
@Table(name = "hirings")
class Hiring {

    @EmbeddedId Key key;

    @Column(name = "hired_at", nullable = false)
    Instant hiredAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Hiring() {}

    /** A user hires an agent once. */
    @Embeddable
    record Key(
            @Column(name = "user_id") UUID userId, @Column(name = "agent_type") String agentType) {}
}
