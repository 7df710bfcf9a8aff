package dev.parley.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent see what it remembers of the user. */
@ApplicationScoped
class ListPreferences implements Tool {

    private final RecordedProfile profile;

    ListPreferences(RecordedProfile profile) {
        this.profile = profile;
    }

    @Override
    public String name() {
        return "list_preferences";
    }

    @Override
    public String description() {
        return "Lists all that is remembered about the user.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none().schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        return profile.preferences(user);
    }
}
