package dev.parley.task;

import dev.parley.background.Deadline;
import dev.parley.background.Job;
import dev.parley.database.PlainSql;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * Tells of tasks that are due today (UTC), once for each date that a task is given. Replicas share
 * the work: what one has taken the others pass over.
 */
@ApplicationScoped
class TellDueTasks implements Job {

    private static final int A_BATCH = 500;

    private final Batches batches;
    private final Clock clock;

    TellDueTasks(Batches batches, Clock clock) {
        this.batches = batches;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "tell-due-tasks";
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(1);
    }

    @Override
    public Duration limit() {
        return Duration.ofSeconds(30);
    }

    @Override
    public void run(Deadline deadline) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        deadline.inBatches(A_BATCH, () -> batches.tell(today, A_BATCH));
    }

    /** One batch is one transaction. */
    @ApplicationScoped
    static class Batches {

        private final Tasks tasks;
        private final Event<TasksDue> tasksDue;

        Batches(Tasks tasks, Event<TasksDue> tasksDue) {
            this.tasks = tasks;
            this.tasksDue = tasksDue;
        }

        @Transactional
        int tell(LocalDate today, int most) {
            List<TasksDue.Due> due =
                    PlainSql.of(
                                    tasks.getEntityManager(),
                                    """
                                    update tasks set told_due_on = due_on where id in (
                                        select id from tasks where due_on <= ? and status <> 'completed'
                                            and due_on is not null and told_due_on is distinct from due_on
                                        order by due_on limit ? for update skip locked)
                                    returning user_id, id, title, due_on
                                    """)
                            .value(today)
                            .value(most)
                            .list(row ->
                                    new TasksDue.Due(
                                            new UserId(row.getObject(1, UUID.class)),
                                            new TaskId(row.getObject(2, UUID.class)),
                                            row.getString(3),
                                            row.getObject(4, LocalDate.class)));
            if (!due.isEmpty()) {
                tasksDue.fire(new TasksDue(due));
            }
            return due.size();
        }
    }
}
