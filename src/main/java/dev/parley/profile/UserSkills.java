package dev.parley.profile;

import dev.parley.platform.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a user is able to do; each call is one short transaction. */
@ApplicationScoped
@Transactional
public class UserSkills {

    private final Skills skills;
    private final SkillLevelRepository levels;
    private final Profiles profiles;
    private final Clock clock;

    UserSkills(Skills skills, SkillLevelRepository levels, Profiles profiles, Clock clock) {
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
     * @throws ProfileFull where there are {@link ProfileLimits#SKILLS} others
     */
    public UserSkill put(UserId user, String name, int level) {
        Instant now = clock.instant();
        profiles.hold(user);
        Skill skill = skills.namedOrNew(name);
        if (!levels.put(user, skill, level, now)) {
            throw new ProfileFull("skills", ProfileLimits.SKILLS);
        }
        return new UserSkill(skill.name, level, now);
    }

    /**
     * @throws NotInProfile where the user has no such skill
     */
    public void remove(UserId user, String name) {
        if (!levels.remove(user, name)) {
            throw new NotInProfile("skill", name);
        }
    }
}
