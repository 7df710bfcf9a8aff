package dev.parley.task;

import dev.parley.platform.value.FieldUpdate;
import java.time.LocalDate;
import java.util.Optional;

/** A change of a task. An empty or unchanged field keeps its value. */
public record TaskUpdate(
        Optional<String> title,
        FieldUpdate<String> description,
        Optional<TaskStatus> status,
        Optional<TaskPriority> priority,
        FieldUpdate<LocalDate> dueOn) {}
