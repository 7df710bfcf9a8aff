package dev.parley.feedback;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * The number of ratings by all users.
 *
 * @param withReason ratings with a reason, up or down
 */
@RegisterForReflection // Hibernate creates it by reflection
public record FeedbackCounts(long up, long down, long withReason) {}
