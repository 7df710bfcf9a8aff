package dev.parley.profile.training;

import dev.parley.platform.value.FieldUpdate;
import java.time.LocalDate;
import java.util.Optional;

/** A change of a training. An empty or unchanged field keeps its value. */
public record TrainingUpdate(
        Optional<String> title,
        Optional<TrainingStatus> status,
        FieldUpdate<String> nextStep,
        FieldUpdate<LocalDate> dueOn) {}
