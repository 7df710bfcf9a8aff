package dev.parley.profile.training;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A training as its user sees it.
 *
 * @param skill the name of the skill that the user learns, in the spelling of the catalogue or the
 *     user's own
 */
@RegisterForReflection // serialized by an ObjectMapper, which Quarkus cannot detect
public record TrainingDetails(
        UUID id,
        String skill,
        String title,
        TrainingStatus status,
        @Nullable String nextStep,
        @Nullable LocalDate dueOn,
        Instant createdAt,
        Instant updatedAt) {}
