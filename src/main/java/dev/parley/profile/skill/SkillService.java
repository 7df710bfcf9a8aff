package dev.parley.profile.skill;

import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.LimitReached;
import dev.parley.profile.ProfileEntryNotFound;
import dev.parley.profile.ProfileLimits;
import dev.parley.profile.ProfileRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A user's skills and their levels. Each call is one short transaction. */
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
     * Lists the user's skills in the order of their names, ignoring case.
     *
     * @param after only names behind this name
     */
    public List<UserSkill> list(UserId user, Optional<String> after, int limit) {
        return levels.find(user, after.orElse(""), limit);
    }

    /**
     * Adds a skill to the user, or changes its level. A name that the catalogue lacks becomes the
     * user's own skill, which no other user sees.
     *
     * @param level 1 to 5
     * @throws LimitReached if the user has {@link ProfileLimits#SKILLS} other skills
     */
    public UserSkill put(UserId user, String name, int level) {
        Instant now = clock.instant();
        profiles.lock(user);
        Skill skill = skills.findOrCreate(user, name);
        if (!levels.put(user, skill, level, now)) {
            throw new LimitReached("skills", ProfileLimits.SKILLS);
        }
        return new UserSkill(skill.name, level, now);
    }

    /**
     * @throws ProfileEntryNotFound if the user has no such skill
     */
    public void remove(UserId user, String name) {
        profiles.lock(user);
        if (!levels.remove(user, name)) {
            throw new ProfileEntryNotFound("skill", name);
        }
        skills.deleteUnused(user);
    }
}
