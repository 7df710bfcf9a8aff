package dev.parley.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent remove a training. */
@ApplicationScoped
class RemoveTraining implements Tool {

    private final RecordedProfile profile;

    RemoveTraining(RecordedProfile profile) {
        this.profile = profile;
    }

    @Override
    public String name() {
        return "remove_training";
    }

    @Override
    public String description() {
        return "Removes a training for good. To mark it as done, use change_training instead.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none()
                .text("id", "The training's id, as list_trainings tells it")
                .schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        TrainingId id = new TrainingId(new Arguments(given).id("id"));
        return ProfileArguments.refusing(() -> profile.removeTraining(user, id));
    }
}
