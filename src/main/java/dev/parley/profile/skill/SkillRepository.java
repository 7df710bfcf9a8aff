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

    /** Finds a skill of the catalogue, ignoring case. */
    public Optional<Skill> findByName(String name) {
        return find("lower(name) = lower(?1)", name).firstResultOptional();
    }

    /**
     * Finds the skill of this name, ignoring case, or adds the skill to the catalogue. Callers that
     * add the same name at the same time get the same skill.
     */
    public Skill findOrCreate(String name) {
        Optional<Skill> existing = findByName(name);
        if (existing.isPresent()) {
            return existing.get();
        }
        getSession()
                .createMutationQuery(
                        "insert into Skill (id, name) values (:id, :name) on conflict do nothing")
                .setParameter("id", UuidCreator.getTimeOrderedEpoch())
                .setParameter("name", name)
                .executeUpdate();
        return findByName(name).orElseThrow();
    }

    /** Lists the catalogue's names in alphabetical order, ignoring case. */
    List<String> names(String after, int limit) {
        return find("lower(name) > lower(?1) order by lower(name)", after).page(0, limit).stream()
                .map(skill -> skill.name)
                .toList();
    }
}
