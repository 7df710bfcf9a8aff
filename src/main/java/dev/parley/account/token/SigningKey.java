package dev.parley.account.token;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row with the signing key that all replicas share; the table has only this row. */
@Entity
@Table(name = "signing_keys")
class SigningKey {

    static final int ONLY_ID = 1;

    @Id int id;

    @Column(name = "private_key", nullable = false)
    String privateKey;

    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected SigningKey() {}
}
