package dev.parley.profile;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.parley.database.PlainSql;
import dev.parley.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The catalogue of skills, and who has which. */
@ApplicationScoped
class Skills implements PanacheRepositoryBase<Skill, UUID> {

    Optional<Skill> named(String name) {
        return find("lower(name) = lower(?1)", name).firstResultOptional();
    }

    /**
     * The skill of that name, however it is spelt; added where the catalogue has none. Where two
     * add it at once, both get the same.
     */
    Skill namedOrNew(String name) {
        Optional<Skill> known = named(name);
        if (known.isPresent()) {
            return known.get();
        }
        PlainSql.of(
                        getEntityManager(),
                        "insert into skills (id, name) values (?, ?) on conflict do nothing")
                .value(UuidCreator.getTimeOrderedEpoch())
                .value(name)
                .execute();
        return named(name).orElseThrow();
    }

    /** The catalogue's names, in their order. */
    List<String> names(String after, int most) {
        return PlainSql.of(
                        getEntityManager(),
                        """
                        select name from skills where lower(name) > lower(?) order by lower(name) limit ?
                        """)
                .value(after)
                .value(most)
                .list(row -> row.getString(1));
    }

    /** A user's skills, in the order of their names. */
    List<UserSkill> of(UserId user, String after, int most) {
        return PlainSql.of(
                        getEntityManager(),
                        """
                        select name, level, updated_at from user_skills join skills on skills.id = skill_id
                        where user_id = ? and lower(name) > lower(?) order by lower(name) limit ?
                        """)
                .value(user.value())
                .value(after)
                .value(most)
                .list(row ->
                        new UserSkill(
                                row.getString(1), row.getInt(2), row.getTimestamp(3).toInstant()));
    }

    /**
     * @return whether there was room for it
     */
    boolean link(UserId user, Skill skill, int level, Instant now) {
        return PlainSql.of(
                                getEntityManager(),
                                """
                                insert into user_skills (user_id, skill_id, level, updated_at)
                                select those.user_id, those.skill_id, ?, ? from (values (?, ?)) as those (user_id, skill_id)
                                where exists (select from user_skills had where had.user_id = those.user_id and had.skill_id = those.skill_id)
                                    or (select count(*) from user_skills had where had.user_id = those.user_id) < ?
                                on conflict (user_id, skill_id) do update set level = excluded.level, updated_at = excluded.updated_at
                                """)
                        .value(level)
                        .value(now)
                        .value(user.value())
                        .value(skill.id)
                        .value(ProfileLimits.SKILLS)
                        .execute()
                == 1;
    }

    boolean unlink(UserId user, String name) {
        return PlainSql.of(
                                getEntityManager(),
                                """
                                delete from user_skills using skills
                                where skills.id = skill_id and user_id = ? and lower(name) = lower(?)
                                """)
                        .value(user.value())
                        .value(name)
                        .execute()
                == 1;
    }
}
