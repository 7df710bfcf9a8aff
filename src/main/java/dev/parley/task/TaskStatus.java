package dev.parley.task;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How far a task is. */
@RegisterForReflection // told as JSON, by hand
public enum TaskStatus {
    PENDING,
    IN_PROGRESS,
    COMPLETED;

    /** As the column and the wire spell it. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<TaskStatus> of(String text) {
        return Arrays.stream(values()).filter(known -> known.text().equals(text)).findFirst();
    }

    /** All spellings, in order. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(TaskStatus::text).toList();
    }
}
