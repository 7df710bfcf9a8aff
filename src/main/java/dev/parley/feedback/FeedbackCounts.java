package dev.parley.feedback;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * All feedback, counted.
 *
 * @param withReason how many told why
 */
@RegisterForReflection // made by Hibernate
public record FeedbackCounts(long up, long down, long withReason) {}
