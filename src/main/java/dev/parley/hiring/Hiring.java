package dev.parley.hiring;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** That a user has taken an agent on. */
@Entity
@Table(name = "hirings")
class Hiring {

    @EmbeddedId Key key;

    @Column(name = "hired_at", nullable = false)
    Instant hiredAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Hiring() {}

    /** One user, one agent. */
    @Embeddable
    record Key(
            @Column(name = "user_id") UUID userId, @Column(name = "agent_type") String agentType) {}
}
