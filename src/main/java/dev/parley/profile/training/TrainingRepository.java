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

@ApplicationScoped
class TrainingRepository implements PanacheRepositoryBase<Training, UUID> {

    private static final Sort NEWEST_FIRST = Sort.descending("id");

    Optional<Training> find(UserId user, TrainingId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value()).firstResultOptional();
    }

    /** Finds a training and locks its row until the transaction ends. */
    Optional<Training> findLocked(UserId user, TrainingId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value())
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }

    List<Training> find(
            UserId user,
            Optional<Skill> skill,
            Optional<TrainingStatus> status,
            Optional<TrainingId> before,
            int limit) {
        StringBuilder where = new StringBuilder("userId = :user");
        Parameters parameters = Parameters.with("user", user.value());
        skill.ifPresent(requiredSkill -> {
            where.append(" and skill.id = :skill");
            parameters.and("skill", requiredSkill.id);
        });
        status.ifPresent(requiredStatus -> {
            where.append(" and status = :status");
            parameters.and("status", requiredStatus.text());
        });
        before.ifPresent(last -> {
            where.append(" and id < :before");
            parameters.and("before", last.value());
        });
        return find(where.toString(), NEWEST_FIRST, parameters).page(0, limit).list();
    }

    long remove(UserId user, TrainingId id) {
        return delete("id = ?1 and userId = ?2", id.value(), user.value());
    }
}
