package dev.parley.profile.skill;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A row of {@code user_skills}: a user's level in a skill. */
@Entity
@Table(name = "user_skills")
class SkillLevel {

    @EmbeddedId Key key;

    @ManyToOne(optional = false)
    @JoinColumn(name = "skill_id", insertable = false, updatable = false)
    Skill skill;

    @Column(nullable = false)
    int level;

    @Column(name = "updated_at", nullable = false)
    Instant updatedAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected SkillLevel() {}

    /** A user has one level per skill. */
    @Embeddable
    record Key(@Column(name = "user_id") UUID userId, @Column(name = "skill_id") UUID skillId) {}
}
