package dev.parley.profile;

import dev.parley.platform.value.FieldUpdate;
import java.time.LocalDate;
import java.util.Optional;

/** What is to be different about a training. Empty leaves a thing as it is. */
public record TrainingChange(
        Optional<String> title,
        Optional<TrainingStatus> status,
        FieldUpdate<String> nextStep,
        FieldUpdate<LocalDate> dueOn) {}
