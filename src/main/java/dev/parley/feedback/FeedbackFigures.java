package dev.parley.feedback;

/**
 * All feedback, counted.
 *
 * @param withReason how many told why
 */
public record FeedbackFigures(long up, long down, long withReason) {}
