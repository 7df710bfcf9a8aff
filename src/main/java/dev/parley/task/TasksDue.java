package dev.parley.task;

import dev.parley.platform.identity.UserId;
import java.time.LocalDate;
import java.util.List;

/**
 * Some tasks have become due, or were due before they were added. Fired once for each date of a
 * task, inside the transaction that notes it.
 */
public record TasksDue(List<Due> tasks) {

    /** One of them. */
    public record Due(UserId user, TaskId task, String title, LocalDate dueOn) {}
}
