package dev.parley.profile.training;

import dev.parley.platform.value.FieldUpdate;
import java.time.LocalDate;
import java.util.Optional;

/** What is to be different about a training. Empty leaves a thing as it is. */
public record TrainingUpdate(
        Optional<String> title,
        Optional<TrainingStatus> status,
        FieldUpdate<String> nextStep,
        FieldUpdate<LocalDate> dueOn) {}
