package dev.parley.task;

import dev.parley.platform.database.sql.CombinedQuery;
import dev.parley.platform.database.sql.RowsOfAccount;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.LimitReached;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * Reads and changes a user's tasks, and never the tasks of another user. Each call is one short
 * transaction.
 */
@ApplicationScoped
@Transactional
public class TaskService {

    private final TaskRepository tasks;
    private final TaskConfig config;
    private final Clock clock;

    TaskService(TaskRepository tasks, TaskConfig config, Clock clock) {
        this.tasks = tasks;
        this.config = config;
        this.clock = clock;
    }

    /**
     * @throws LimitReached if the user has {@link TaskConfig#maxPerAccount} tasks
     */
    public TaskDetails add(UserId user, NewTask newTask) {
        RowsOfAccount.requireBelow(
                tasks.getEntityManager(), "tasks", user.value(), config.maxPerAccount());
        Task task = new Task(TaskId.next(), user, newTask, clock.instant());
        tasks.persist(task);
        return task.details();
    }

    /**
     * Lists the user's tasks, newest first.
     *
     * @param before only tasks added before this task
     */
    public List<TaskDetails> list(
            UserId user, Optional<TaskStatus> status, Optional<TaskId> before, int limit) {
        return tasks.find(user, status, before, limit).stream().map(Task::details).toList();
    }

    /**
     * @throws TaskNotFound if the user has no such task
     */
    public TaskDetails read(UserId user, TaskId id) {
        return find(user, id).details();
    }

    /**
     * @throws TaskNotFound if the user has no such task
     */
    public TaskDetails change(UserId user, TaskId id, TaskUpdate change) {
        Task task = tasks.findLocked(user, id).orElseThrow(() -> new TaskNotFound(id));
        task.apply(change, clock.instant());
        return task.details();
    }

    /**
     * @throws TaskNotFound if the user has no such task
     */
    public void remove(UserId user, TaskId id) {
        if (tasks.remove(user, id) == 0) {
            throw new TaskNotFound(id);
        }
    }

    /** Counts the user's tasks. An index contains all that the query reads. */
    public CombinedQuery.SubQuery<TaskCounts> counts(UserId user) {
        return new CombinedQuery.SubQuery<>(
                """
                select count(*), count(*) filter (where status = 'pending'), count(*) filter (where status = 'in_progress'),
                    count(*) filter (where status = 'completed'), count(*) filter (where status <> 'completed' and due_on < ?)
                from tasks where user_id = ?
                """,
                List.of(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC), user.value()),
                5,
                (row, first) ->
                        new TaskCounts(
                                row.getLong(first),
                                row.getLong(first + 1),
                                row.getLong(first + 2),
                                row.getLong(first + 3),
                                row.getLong(first + 4)));
    }

    private Task find(UserId user, TaskId id) {
        return tasks.find(user, id).orElseThrow(() -> new TaskNotFound(id));
    }
}
