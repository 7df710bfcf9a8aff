package dev.parley.profile.skill;

import dev.parley.platform.identity.UserId;
import dev.parley.profile.ProfileLimits;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;

@ApplicationScoped
class SkillLevelRepository implements PanacheRepositoryBase<SkillLevel, SkillLevel.Key> {

    /** Lists a user's skills in the order of their names, ignoring case. */
    List<UserSkill> find(UserId user, String after, int limit) {
        return find(
                        """
                        select skill.name, level, updatedAt from SkillLevel
                        where key.userId = ?1 and lower(skill.name) > lower(?2) order by lower(skill.name)
                        """,
                        user.value(),
                        after)
                .page(0, limit)
                .project(UserSkill.class)
                .list();
    }

    /**
     * Adds a skill or changes its level. The caller has locked the user's profile: without the
     * lock, two skills added at the same time could exceed the limit.
     *
     * @return false if the user has {@link ProfileLimits#SKILLS} other skills
     */
    boolean put(UserId user, Skill skill, int level, Instant now) {
        if (count("key.userId = ?1 and key.skillId <> ?2", user.value(), skill.id)
                >= ProfileLimits.SKILLS) {
            return false;
        }
        getSession()
                .createMutationQuery(
                        """
                        insert into SkillLevel (key.userId, key.skillId, level, updatedAt)
                        values (:user, :skill, :level, :now)
                        on conflict (key.userId, key.skillId) do update
                            set level = excluded.level, updatedAt = excluded.updatedAt
                        """)
                .setParameter("user", user.value())
                .setParameter("skill", skill.id)
                .setParameter("level", level)
                .setParameter("now", now)
                .executeUpdate();
        return true;
    }

    boolean remove(UserId user, String name) {
        return delete(
                        "key.userId = ?1 and key.skillId in (select id from Skill where lower(name)"
                                + " = lower(?2) and (userId = ?1 or userId is null))",
                        user.value(),
                        name)
                > 0;
    }
}
