package dev.parley.task;

/**
 * A user's tasks, counted.
 *
 * @param overdue not completed, and due before today (UTC)
 */
public record TaskCounts(long total, long pending, long inProgress, long completed, long overdue) {}
