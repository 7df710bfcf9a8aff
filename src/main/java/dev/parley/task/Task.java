package dev.parley.task;

import dev.parley.platform.identity.UserId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of {@code tasks}. Only this class changes its fields, except for {@code toldDueOn}. */
@Entity
@Table(name = "tasks")
class Task {

    @Id UUID id;

    @Column(name = "user_id", nullable = false)
    UUID userId;

    @Column(nullable = false)
    String title;

    @Nullable String description;

    @Column(nullable = false)
    String status;

    @Column(nullable = false)
    String priority;

    @Column(name = "due_on")
    @Nullable LocalDate dueOn;

    /** The due date that the user was last notified of; null before the first notification. */
    @Column(name = "told_due_on")
    @Nullable LocalDate toldDueOn;

    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    @Column(name = "updated_at", nullable = false)
    Instant updatedAt;

    @SuppressWarnings("NullAway") // Hibernate fills the fields
    protected Task() {}

    Task(TaskId id, UserId user, NewTask task, Instant now) {
        this.id = id.value();
        this.userId = user.value();
        this.title = task.title();
        this.description = task.description().orElse(null);
        this.status = TaskStatus.PENDING.text();
        this.priority = task.priority().text();
        this.dueOn = task.dueOn().orElse(null);
        this.createdAt = now;
        this.updatedAt = now;
    }

    void apply(TaskUpdate change, Instant now) {
        title = change.title().orElse(title);
        description = change.description().applyTo(description);
        status = change.status().map(TaskStatus::text).orElse(status);
        priority = change.priority().map(TaskPriority::text).orElse(priority);
        dueOn = change.dueOn().applyTo(dueOn);
        updatedAt = now;
    }

    TasksDue.Due due() {
        return new TasksDue.Due(
                new UserId(userId), new TaskId(id), title, Objects.requireNonNull(dueOn));
    }

    TaskDetails details() {
        return new TaskDetails(
                id,
                title,
                description,
                TaskStatus.of(status).orElseThrow(),
                TaskPriority.of(priority).orElseThrow(),
                dueOn,
                createdAt,
                updatedAt);
    }
}
