package dev.parley.task;

import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Fires {@link TasksDue} for unfinished tasks that are due today (UTC) or earlier, once for each
 * due date of a task. Replicas share the work: a replica skips tasks that another replica has
 * locked.
 */
@ApplicationScoped
class NotifyDueTasksJob implements Job {

    private static final int BATCH_SIZE = 500;

    private final Batches batches;
    private final Clock clock;

    NotifyDueTasksJob(Batches batches, Clock clock) {
        this.batches = batches;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "notify-due-tasks";
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(1);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(30);
    }

    @Override
    public void run(Deadline deadline) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        deadline.inBatches(BATCH_SIZE, () -> batches.notifyBatch(today, BATCH_SIZE));
    }

    /** Handles each batch in one transaction. */
    @ApplicationScoped
    static class Batches {

        private final TaskRepository tasks;
        private final Event<TasksDue> tasksDue;

        Batches(TaskRepository tasks, Event<TasksDue> tasksDue) {
            this.tasks = tasks;
            this.tasksDue = tasksDue;
        }

        @Transactional
        int notifyBatch(LocalDate today, int limit) {
            List<Task> due = tasks.lockDueUnnotified(today, limit);
            if (!due.isEmpty()) {
                tasks.markNotified(due);
                tasksDue.fire(new TasksDue(due.stream().map(Task::due).toList()));
            }
            return due.size();
        }
    }
}
