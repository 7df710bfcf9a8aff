package dev.parley.profile;

import dev.parley.agent.Arguments;
import dev.parley.agent.ToolRefused;
import java.util.Optional;
import java.util.function.Supplier;

/** What the tools over a profile share. */
final class ProfileArguments {

    private ProfileArguments() {}

    static String key(Arguments arguments) {
        String key = arguments.text("key", ProfileLimits.LONGEST_KEY);
        if (!key.matches(ProfileLimits.KEY)) {
            throw new ToolRefused(
                    "The argument key must consist of lower-case letters, digits, dots, dashes and"
                            + " underscores.");
        }
        return key;
    }

    /** Blanks within a name are one blank. */
    static String skill(Arguments arguments, String name) {
        String skill = arguments.text(name, ProfileLimits.SKILL_NAME).replaceAll("\\s+", " ");
        if (skill.codePoints().anyMatch(Character::isISOControl)) {
            throw new ToolRefused("The argument " + name + " must be a name.");
        }
        return skill;
    }

    static Optional<TrainingStatus> status(Arguments arguments) {
        return arguments.choice("status", TrainingStatus::of, TrainingStatus.texts());
    }

    /** Tells the agent why where the profile refuses. */
    static <T> T refusing(Supplier<T> work) {
        try {
            return work.get();
        } catch (NotInProfile gone) {
            throw new ToolRefused(gone.detail());
        } catch (ProfileFull full) {
            throw new ToolRefused(full.detail());
        }
    }
}
