package dev.parley.profile.training;

import java.time.LocalDate;
import java.util.Optional;

/**
 * A training to add.
 *
 * @param skill the name of the skill that the user learns
 */
public record NewTraining(
        String skill,
        String title,
        TrainingStatus status,
        Optional<String> nextStep,
        Optional<LocalDate> dueOn) {}
