package dev.parley.quota;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.LocalDate;
import java.util.UUID;

/** What a user has used in one month. */
@Entity
@Table(name = "quotas")
class Quota {

    @EmbeddedId Key key;

    @Column(nullable = false)
    int used;

    @Column(nullable = false)
    long tokens;

    /** In millionths of the currency. */
    @Column(nullable = false)
    long cost;

    protected Quota() {
        this.key = new Key(new UUID(0, 0), LocalDate.EPOCH);
    }

    /** One counter per user and month. */
    @Embeddable
    record Key(@Column(name = "user_id") UUID userId, LocalDate month) {}
}
