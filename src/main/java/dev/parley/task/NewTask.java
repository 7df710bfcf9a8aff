package dev.parley.task;

import java.time.LocalDate;
import java.util.Optional;

/** A task that somebody wants to add. It begins as pending. */
public record NewTask(
        String title,
        Optional<String> description,
        TaskPriority priority,
        Optional<LocalDate> dueOn) {}
