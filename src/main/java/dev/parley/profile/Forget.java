package dev.parley.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent forget something of the user. */
@ApplicationScoped
class Forget implements Tool {

    private final RecordedProfile profile;

    Forget(RecordedProfile profile) {
        this.profile = profile;
    }

    @Override
    public String name() {
        return "forget";
    }

    @Override
    public String description() {
        return "Forgets what is remembered about the user under a key.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none().text("key", "The key, as list_preferences tells it").schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        String key = ProfileArguments.key(new Arguments(given));
        return ProfileArguments.refusing(() -> profile.forget(user, key));
    }
}
