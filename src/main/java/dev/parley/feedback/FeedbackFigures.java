package dev.parley.feedback;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * All feedback, counted.
 *
 * @param withReason how many told why
 */
@RegisterForReflection // made by Hibernate
public record FeedbackFigures(long up, long down, long withReason) {}
