package dev.parley.task;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The priority of a task, the lowest first. */
@RegisterForReflection // serialized by an ObjectMapper, which Quarkus cannot detect
public enum TaskPriority {
    LOW,
    NORMAL,
    HIGH,
    URGENT;

    /** The spelling in the database and in JSON. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<TaskPriority> of(String text) {
        return Arrays.stream(values()).filter(priority -> priority.text().equals(text)).findFirst();
    }

    /** The spelling of each value, in the order of declaration. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(TaskPriority::text).toList();
    }
}
