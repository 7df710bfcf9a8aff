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

/** All tasks. */
@ApplicationScoped
class TaskRepository implements PanacheRepositoryBase<Task, UUID> {

    private static final Sort NEWEST_FIRST = Sort.descending("id");

    Optional<Task> of(UserId user, TaskId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value()).firstResultOptional();
    }

    /**
     * Holds the row until the transaction ends, so that two changes at once come one after the
     * other.
     */
    Optional<Task> locked(UserId user, TaskId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value())
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }

    List<Task> of(UserId user, Optional<TaskStatus> status, Optional<TaskId> before, int most) {
        StringBuilder where = new StringBuilder("userId = :user");
        Parameters values = Parameters.with("user", user.value());
        status.ifPresent(wanted -> {
            where.append(" and status = :status");
            values.and("status", wanted.text());
        });
        before.ifPresent(last -> {
            where.append(" and id < :before");
            values.and("before", last.value());
        });
        PanacheQuery<Task> query = find(where.toString(), NEWEST_FIRST, values);
        return query.page(0, most).list();
    }

    /** Holds tasks of whose date nobody was told, but not those that another replica holds. */
    List<Task> dueAndUntold(LocalDate today, int most) {
        return find(
                        """
                        dueOn <= ?1 and status <> 'completed' and dueOn is not null and toldDueOn is distinct from dueOn
                        """,
                        Sort.ascending("dueOn"),
                        today)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .withHint(SpecHints.HINT_SPEC_LOCK_TIMEOUT, Timeouts.SKIP_LOCKED_MILLI)
                .page(0, most)
                .list();
    }

    void markTold(List<Task> due) {
        update("toldDueOn = dueOn where id in ?1", due.stream().map(task -> task.id).toList());
    }

    long remove(UserId user, TaskId id) {
        return delete("id = ?1 and userId = ?2", id.value(), user.value());
    }
}
