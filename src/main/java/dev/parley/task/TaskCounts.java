package dev.parley.task;

/**
 * The number of a user's tasks, in all and by status.
 *
 * @param overdue tasks that are not completed and were due before today (UTC)
 */
public record TaskCounts(long total, long pending, long inProgress, long completed, long overdue) {}
