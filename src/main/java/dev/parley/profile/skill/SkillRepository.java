package dev.parley.profile.skill;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The skills of the catalogue, and the users' own skills. */
@ApplicationScoped
public class SkillRepository implements PanacheRepositoryBase<Skill, UUID> {

    /**
     * Finds the user's own skill of this name, or else the skill of the catalogue, ignoring case.
     */
    public Optional<Skill> findByName(UserId user, String name) {
        return find(
                        """
                        lower(name) = lower(?1) and (userId = ?2 or userId is null)
                        order by userId nulls last
                        """,
                        name,
                        user.value())
                .firstResultOptional();
    }

    /**
     * Finds a skill, or adds the name as the user's own skill, which no other user sees. The caller
     * has locked the user's profile: without the lock, {@link #deleteUnused} of a concurrent
     * transaction could delete the skill.
     */
    public Skill findOrCreate(UserId user, String name) {
        Optional<Skill> existing = findByName(user, name);
        if (existing.isPresent()) {
            return existing.get();
        }
        getSession()
                .createMutationQuery(
                        "insert into Skill (id, userId, name) values (:id, :user, :name) on"
                                + " conflict do nothing")
                .setParameter("id", UuidCreator.getTimeOrderedEpoch())
                .setParameter("user", user.value())
                .setParameter("name", name)
                .executeUpdate();
        return findByName(user, name).orElseThrow();
    }

    /**
     * Deletes the user's own skills that the user neither has nor learns any more. The caller has
     * locked the user's profile.
     */
    public void deleteUnused(UserId user) {
        delete(
                """
                userId = ?1
                and id not in (select key.skillId from SkillLevel where key.userId = ?1)
                and id not in (select skill.id from Training where userId = ?1)
                """,
                user.value());
    }

    /** Adds a name to the catalogue, or changes its spelling. */
    void putInCatalogue(String name) {
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        insert into skills (id, name) values (?, ?)
                        on conflict (lower(name)) where user_id is null do update set name = excluded.name
                        """)
                .value(UuidCreator.getTimeOrderedEpoch())
                .value(name)
                .execute();
    }

    /** Finds a skill of the catalogue, and locks it: no transaction can begin to refer to it. */
    Optional<Skill> findInCatalogueLocked(String name) {
        return find("userId is null and lower(name) = lower(?1)", name)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }

    /** Makes the skill each user's own who has or learns it, so that nothing refers to it. */
    void giveToUsers(Skill skill) {
        JdbcStatement.of(
                        getEntityManager(),
                        """
                        with own as (
                            insert into skills (id, user_id, name)
                            select gen_random_uuid(), user_id, ?
                            from (select user_id from user_skills where skill_id = ?
                                union select user_id from trainings where skill_id = ?) as used
                            returning id, user_id),
                        levels as (
                            update user_skills set skill_id = own.id from own
                            where own.user_id = user_skills.user_id and skill_id = ?)
                        update trainings set skill_id = own.id from own
                        where own.user_id = trainings.user_id and skill_id = ?
                        """)
                .value(skill.name)
                .value(skill.id)
                .value(skill.id)
                .value(skill.id)
                .value(skill.id)
                .execute();
    }

    /** Lists the catalogue's names in alphabetical order, ignoring case. */
    List<String> names(String after, int limit) {
        return find("userId is null and lower(name) > lower(?1) order by lower(name)", after)
                .page(0, limit)
                .stream()
                .map(skill -> skill.name)
                .toList();
    }
}
