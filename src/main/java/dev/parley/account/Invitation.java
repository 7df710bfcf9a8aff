package dev.parley.account;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** The row of an invitation that was not used yet. */
@Entity
@Table(name = "invitations")
class Invitation {

    @Id UUID id;

    @Column(name = "code_hash", nullable = false)
    byte[] codeHash;

    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    @Column(name = "expires_at", nullable = false)
    Instant expiresAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Invitation() {}

    Invitation(UUID id, byte[] codeHash, Instant createdAt, Instant expiresAt) {
        this.id = id;
        this.codeHash = codeHash;
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
    }
}
