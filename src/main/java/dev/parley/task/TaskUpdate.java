package dev.parley.task;

import dev.parley.platform.value.FieldUpdate;
import java.time.LocalDate;
import java.util.Optional;

/** What is to be different about a task. Empty leaves a thing as it is. */
public record TaskUpdate(
        Optional<String> title,
        FieldUpdate<String> description,
        Optional<TaskStatus> status,
        Optional<TaskPriority> priority,
        FieldUpdate<LocalDate> dueOn) {}
