package dev.parley.profile;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A row of {@code preferences}. */
@Entity
@Table(name = "preferences")
class StoredPreference {

    @EmbeddedId Key key;

    @Column(nullable = false)
    String value;

    @Column(name = "updated_at", nullable = false)
    Instant updatedAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected StoredPreference() {}

    Preference view() {
        return new Preference(key.name(), value, updatedAt);
    }

    /** A user has one preference per name. */
    @Embeddable
    record Key(@Column(name = "user_id") UUID userId, @Column(name = "key") String name) {}
}
