package dev.parley.profile.training;

import dev.parley.platform.identity.UserId;
import dev.parley.profile.skill.Skill;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Parameters;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** All trainings. */
@ApplicationScoped
class TrainingRepository implements PanacheRepositoryBase<Training, UUID> {

    private static final Sort NEWEST_FIRST = Sort.descending("id");

    Optional<Training> of(UserId user, TrainingId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value()).firstResultOptional();
    }

    /** Holds the row until the transaction ends. */
    Optional<Training> locked(UserId user, TrainingId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value())
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }

    List<Training> of(
            UserId user,
            Optional<Skill> skill,
            Optional<TrainingStatus> status,
            Optional<TrainingId> before,
            int most) {
        StringBuilder where = new StringBuilder("userId = :user");
        Parameters values = Parameters.with("user", user.value());
        skill.ifPresent(wanted -> {
            where.append(" and skill.id = :skill");
            values.and("skill", wanted.id);
        });
        status.ifPresent(wanted -> {
            where.append(" and status = :status");
            values.and("status", wanted.text());
        });
        before.ifPresent(last -> {
            where.append(" and id < :before");
            values.and("before", last.value());
        });
        return find(where.toString(), NEWEST_FIRST, values).page(0, most).list();
    }

    long remove(UserId user, TrainingId id) {
        return delete("id = ?1 and userId = ?2", id.value(), user.value());
    }
}
