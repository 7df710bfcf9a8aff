package dev.parley.profile;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code profiles}. The first preference, skill or temperature of a user creates the row.
 */
@Entity
@Table(name = "profiles")
class Profile {

    @Id
    @Column(name = "user_id")
    UUID userId;

    @Nullable Double temperature;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Profile() {}
}
