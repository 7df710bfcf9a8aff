package dev.parley.task;

import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A task as its user sees it. */
public record TaskDetails(
        UUID id,
        String title,
        @Nullable String description,
        TaskStatus status,
        TaskPriority priority,
        @Nullable LocalDate dueOn,
        Instant createdAt,
        Instant updatedAt) {}
