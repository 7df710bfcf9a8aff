package dev.parley.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent take a skill from the user. */
@ApplicationScoped
class RemoveSkill implements Tool {

    private final RecordedProfile profile;

    RemoveSkill(RecordedProfile profile) {
        this.profile = profile;
    }

    @Override
    public String name() {
        return "remove_skill";
    }

    @Override
    public String description() {
        return "Removes a skill from the user's skills.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none().text("name", "The skill's name, as list_skills tells it").schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        String name = ProfileArguments.skill(new Arguments(given), "name");
        return ProfileArguments.refusing(() -> profile.removeSkill(user, name));
    }
}
