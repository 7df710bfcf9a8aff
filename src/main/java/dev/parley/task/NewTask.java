package dev.parley.task;

import java.time.LocalDate;
import java.util.Optional;

/** A task to add. A new task is pending. */
public record NewTask(
        String title,
        Optional<String> description,
        TaskPriority priority,
        Optional<LocalDate> dueOn) {}
