package dev.parley.profile.training;

import dev.parley.platform.identity.UserId;
import dev.parley.profile.skill.Skill;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code trainings}. Only this class changes its fields. */
@Entity
@Table(name = "trainings")
class Training {

    @Id UUID id;

    @Column(name = "user_id", nullable = false)
    UUID userId;

    @ManyToOne(fetch = FetchType.EAGER, optional = false)
    @JoinColumn(name = "skill_id")
    Skill skill;

    @Column(nullable = false)
    String title;

    @Column(nullable = false)
    String status;

    @Column(name = "next_step")
    @Nullable String nextStep;

    @Column(name = "due_on")
    @Nullable LocalDate dueOn;

    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    Instant updatedAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Training() {}

    Training(TrainingId id, UserId user, Skill skill, NewTraining training, Instant now) {
        this.id = id.value();
        this.userId = user.value();
        this.skill = skill;
        this.title = training.title();
        this.status = training.status().text();
        this.nextStep = training.nextStep().orElse(null);
        this.dueOn = training.dueOn().orElse(null);
        this.createdAt = now;
        this.updatedAt = now;
    }

    void apply(TrainingUpdate change, Instant now) {
        title = change.title().orElse(title);
        status = change.status().map(TrainingStatus::text).orElse(status);
        nextStep = change.nextStep().applyTo(nextStep);
        dueOn = change.dueOn().applyTo(dueOn);
        updatedAt = now;
    }

    TrainingDetails details() {
        return new TrainingDetails(
                id,
                skill.name,
                title,
                TrainingStatus.of(status).orElseThrow(),
                nextStep,
                dueOn,
                createdAt,
                updatedAt);
    }
}
