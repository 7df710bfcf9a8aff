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
 * Tells of tasks that are due today (UTC), once for each date that a task is given. Replicas share
 * the work: what one has taken the others pass over.
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
        deadline.inBatches(BATCH_SIZE, () -> batches.tell(today, BATCH_SIZE));
    }

    /** One batch is one transaction. */
    @ApplicationScoped
    static class Batches {

        private final TaskRepository tasks;
        private final Event<TasksDue> tasksDue;

        Batches(TaskRepository tasks, Event<TasksDue> tasksDue) {
            this.tasks = tasks;
            this.tasksDue = tasksDue;
        }

        @Transactional
        int tell(LocalDate today, int most) {
            List<Task> due = tasks.dueAndUntold(today, most);
            if (!due.isEmpty()) {
                tasks.markTold(due);
                tasksDue.fire(new TasksDue(due.stream().map(Task::due).toList()));
            }
            return due.size();
        }
    }
}
