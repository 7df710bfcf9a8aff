package dev.parley.profile;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A profile's row; there is one from the first wish on. */
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
