package dev.parley.profile.skill;

import dev.parley.profile.ProfileEntryNotFound;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;

/**
 * The operator's catalogue of skills, which all users see. Names are found ignoring case. Each call
 * is one short transaction.
 */
@ApplicationScoped
@Transactional
public class SkillCatalogue {

    private final SkillRepository skills;

    SkillCatalogue(SkillRepository skills) {
        this.skills = skills;
    }

    /**
     * Lists the names of the catalogue in alphabetical order, ignoring case.
     *
     * @param after only names behind this name
     */
    public List<String> list(Optional<String> after, int limit) {
        return skills.names(after.orElse(""), limit);
    }

    /** Adds a name, or changes the spelling of the name. */
    public void put(String name) {
        skills.putInCatalogue(name);
    }

    /**
     * Removes a name. Users who have or learn the skill keep it as their own.
     *
     * @throws ProfileEntryNotFound if the catalogue has no such name
     */
    public void remove(String name) {
        Skill skill =
                skills.findInCatalogueLocked(name)
                        .orElseThrow(() -> new ProfileEntryNotFound("skill", name));
        skills.giveToUsers(skill);
        skills.delete(skill);
    }
}
