package dev.parley.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent give the user a skill, or change its level. */
@ApplicationScoped
class SetSkill implements Tool {

    private final RecordedProfile profile;

    SetSkill(RecordedProfile profile) {
        this.profile = profile;
    }

    @Override
    public String name() {
        return "set_skill";
    }

    @Override
    public String description() {
        return "Gives the user a skill, or changes the level of one that the user has.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none()
                .text("name", "The skill's name, such as Java")
                .number("level", 1, 5, "1 for a beginner, 5 for an expert")
                .schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        Arguments arguments = new Arguments(given);
        String name = ProfileArguments.skill(arguments, "name");
        int level = arguments.number("level", 1, 5);
        return ProfileArguments.refusing(() -> profile.setSkill(user, name, level));
    }
}
