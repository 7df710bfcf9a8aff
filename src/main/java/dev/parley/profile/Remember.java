package dev.parley.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent remember something of the user. */
@ApplicationScoped
class Remember implements Tool {

    private final RecordedProfile profile;

    Remember(RecordedProfile profile) {
        this.profile = profile;
    }

    @Override
    public String name() {
        return "remember";
    }

    @Override
    public String description() {
        return "Remembers something about the user for all later conversations, in place of what"
                + " was remembered under the same key.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none()
                .text("key", "A few lower-case letters, digits or dashes, such as favourite-colour")
                .text("value", "What to remember, in a sentence or a word")
                .schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        Arguments arguments = new Arguments(given);
        String key = ProfileArguments.key(arguments);
        String value = arguments.text("value", ProfileLimits.VALUE);
        return ProfileArguments.refusing(() -> profile.remember(user, key, value));
    }
}
