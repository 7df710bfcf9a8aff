package dev.parley.profile.training;

import java.time.LocalDate;
import java.util.Optional;

/**
 * A training that somebody wants to add.
 *
 * @param skill the name of what is to be learnt
 */
public record NewTraining(
        String skill,
        String title,
        TrainingStatus status,
        Optional<String> nextStep,
        Optional<LocalDate> dueOn) {}
