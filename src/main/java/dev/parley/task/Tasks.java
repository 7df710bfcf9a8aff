package dev.parley.task;

import dev.parley.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheQuery;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Parameters;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** All tasks. */
@ApplicationScoped
class Tasks implements PanacheRepositoryBase<Task, UUID> {

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

    List<Task> of(UserId user, Optional<Status> status, Optional<TaskId> before, int most) {
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

    long remove(UserId user, TaskId id) {
        return delete("id = ?1 and userId = ?2", id.value(), user.value());
    }
}
