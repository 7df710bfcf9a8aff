package dev.parley.task;

import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheQuery;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Parameters;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.Timeouts;
import org.hibernate.jpa.SpecHints;

@ApplicationScoped
class TaskRepository implements PanacheRepositoryBase<Task, UUID> {

    private static final Sort NEWEST_FIRST = Sort.descending("id");

    Optional<Task> find(UserId user, TaskId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value()).firstResultOptional();
    }

    /**
     * Finds a task and locks its row until the transaction ends, so that concurrent changes run one
     * after the other.
     */
    Optional<Task> findLocked(UserId user, TaskId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value())
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }

    List<Task> find(UserId user, Optional<TaskStatus> status, Optional<TaskId> before, int limit) {
        StringBuilder where = new StringBuilder("userId = :user");
        Parameters parameters = Parameters.with("user", user.value());
        status.ifPresent(requiredStatus -> {
            where.append(" and status = :status");
            parameters.and("status", requiredStatus.text());
        });
        before.ifPresent(last -> {
            where.append(" and id < :before");
            parameters.and("before", last.value());
        });
        PanacheQuery<Task> query = find(where.toString(), NEWEST_FIRST, parameters);
        return query.page(0, limit).list();
    }

    /**
     * Finds and locks unfinished tasks that are due and whose user was not notified of the due
     * date. Skips tasks that another replica has locked.
     */
    List<Task> lockDueUnnotified(LocalDate today, int limit) {
        return find(
                        """
                        dueOn <= ?1 and status <> 'completed' and dueOn is not null and toldDueOn is distinct from dueOn
                        """,
                        Sort.ascending("dueOn"),
                        today)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .withHint(SpecHints.HINT_SPEC_LOCK_TIMEOUT, Timeouts.SKIP_LOCKED_MILLI)
                .page(0, limit)
                .list();
    }

    void markNotified(List<Task> due) {
        update("toldDueOn = dueOn where id in ?1", due.stream().map(task -> task.id).toList());
    }

    long remove(UserId user, TaskId id) {
        return delete("id = ?1 and userId = ?2", id.value(), user.value());
    }
}
