package dev.parley.task;

import dev.parley.database.Edit;
import java.time.LocalDate;
import java.util.Optional;

/** What is to be different about a task. Empty leaves a thing as it is. */
public record TaskChange(
        Optional<String> title,
        Edit<String> description,
        Optional<Status> status,
        Optional<Priority> priority,
        Edit<LocalDate> dueOn) {}
