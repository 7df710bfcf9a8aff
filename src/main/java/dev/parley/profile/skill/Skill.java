package dev.parley.profile.skill;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A skill of the catalogue, or a skill in the words of one user. */
@Entity
@Table(name = "skills")
public class Skill {

    @Id public UUID id;

    /** Null for a skill of the catalogue, which all users see. */
    @Column(name = "user_id")
    @Nullable UUID userId;

    @Column(nullable = false)
    public String name;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Skill() {}
}
