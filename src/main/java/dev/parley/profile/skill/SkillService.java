package dev.parley.profile.skill;

import dev.parley.platform.identity.UserId;
import dev.parley.profile.ProfileEntryNotFound;
import dev.parley.profile.ProfileLimitExceeded;
import dev.parley.profile.ProfileLimits;
import dev.parley.profile.ProfileRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a user is able to do; each call is one short transaction. */
@ApplicationScoped
@Transactional
public class SkillService {

    private final SkillRepository skills;
    private final SkillLevelRepository levels;
    private final ProfileRepository profiles;
    private final Clock clock;

    SkillService(
            SkillRepository skills,
            SkillLevelRepository levels,
            ProfileRepository profiles,
            Clock clock) {
        this.skills = skills;
        this.levels = levels;
        this.profiles = profiles;
        this.clock = clock;
    }

    /**
     * The names of the shared catalogue, in their order.
     *
     * @param after only those behind this name
     */
    public List<String> catalogue(Optional<String> after, int most) {
        return skills.names(after.orElse(""), most);
    }

    /**
     * The user's skills, in the order of their names.
     *
     * @param after only those behind this name
     */
    public List<UserSkill> list(UserId user, Optional<String> after, int most) {
        return levels.of(user, after.orElse(""), most);
    }

    /**
     * Gives a user a skill, or changes its level. A name that the catalogue has not is added to it.
     *
     * @param level 1 to 5
     * @throws ProfileLimitExceeded where there are {@link ProfileLimits#SKILLS} others
     */
    public UserSkill put(UserId user, String name, int level) {
        Instant now = clock.instant();
        profiles.lock(user);
        Skill skill = skills.namedOrNew(name);
        if (!levels.put(user, skill, level, now)) {
            throw new ProfileLimitExceeded("skills", ProfileLimits.SKILLS);
        }
        return new UserSkill(skill.name, level, now);
    }

    /**
     * @throws ProfileEntryNotFound where the user has no such skill
     */
    public void remove(UserId user, String name) {
        if (!levels.remove(user, name)) {
            throw new ProfileEntryNotFound("skill", name);
        }
    }
}
