package dev.parley.profile;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** A skill of the shared catalogue. */
@Entity
@Table(name = "skills")
class Skill {

    @Id UUID id;

    @Column(nullable = false)
    String name;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Skill() {}
}
