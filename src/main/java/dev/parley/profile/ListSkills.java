package dev.parley.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent see the user's skills. */
@ApplicationScoped
class ListSkills implements Tool {

    private final RecordedProfile profile;

    ListSkills(RecordedProfile profile) {
        this.profile = profile;
    }

    @Override
    public String name() {
        return "list_skills";
    }

    @Override
    public String description() {
        return "Lists the user's skills with their levels, 1 to 5.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none().schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        return profile.skills(user);
    }
}
