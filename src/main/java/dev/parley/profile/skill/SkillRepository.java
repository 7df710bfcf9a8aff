package dev.parley.profile.skill;

import com.github.f4b6a3.uuid.UuidCreator;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The catalogue of skills. */
@ApplicationScoped
public class SkillRepository implements PanacheRepositoryBase<Skill, UUID> {

    public Optional<Skill> named(String name) {
        return find("lower(name) = lower(?1)", name).firstResultOptional();
    }

    /**
     * The skill of that name, however it is spelt; added where the catalogue has none. Where two
     * add it at once, both get the same.
     */
    public Skill namedOrNew(String name) {
        Optional<Skill> known = named(name);
        if (known.isPresent()) {
            return known.get();
        }
        getSession()
                .createMutationQuery(
                        "insert into Skill (id, name) values (:id, :name) on conflict do nothing")
                .setParameter("id", UuidCreator.getTimeOrderedEpoch())
                .setParameter("name", name)
                .executeUpdate();
        return named(name).orElseThrow();
    }

    /** The catalogue's names, in their order. */
    List<String> names(String after, int most) {
        return find("lower(name) > lower(?1) order by lower(name)", after).page(0, most).stream()
                .map(skill -> skill.name)
                .toList();
    }
}
