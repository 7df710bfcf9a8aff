package dev.parley.profile.skill;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** A skill of the shared catalogue. */
@Entity
@Table(name = "skills")
public class Skill {

    @Id public UUID id;

    @Column(nullable = false)
    public String name;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Skill() {}
}
