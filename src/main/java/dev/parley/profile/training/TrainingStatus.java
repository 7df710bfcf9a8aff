package dev.parley.profile.training;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How far a training is. */
@RegisterForReflection // told as JSON, by hand
public enum TrainingStatus {
    PLANNED,
    IN_PROGRESS,
    COMPLETED;

    /** As the column and the wire spell it. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<TrainingStatus> of(String text) {
        return Arrays.stream(values()).filter(known -> known.text().equals(text)).findFirst();
    }

    /** All spellings, in order. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(TrainingStatus::text).toList();
    }
}
