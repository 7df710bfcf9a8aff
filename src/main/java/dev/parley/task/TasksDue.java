package dev.parley.task;

import dev.parley.platform.identity.UserId;
import java.time.LocalDate;
import java.util.List;

/**
 * Fired when tasks are due, also if a task was due before it was added: once for each due date of a
 * task, inside the transaction that records the notification.
 */
public record TasksDue(List<Due> tasks) {

    /** A due task. */
    public record Due(UserId user, TaskId task, String title, LocalDate dueOn) {}
}
