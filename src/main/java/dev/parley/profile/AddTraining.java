package dev.parley.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent add a training. */
@ApplicationScoped
class AddTraining implements Tool {

    private final RecordedProfile profile;

    AddTraining(RecordedProfile profile) {
        this.profile = profile;
    }

    @Override
    public String name() {
        return "add_training";
    }

    @Override
    public String description() {
        return "Adds a training to what the user is learning and returns it with its id.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none()
                .text("skill", "The skill to learn, such as Java")
                .text("title", "What is to be done, in a few words")
                .optionalChoice("status", TrainingStatus.texts(), "planned without")
                .optionalText("next_step", "What comes next")
                .optionalDate("due_on", "The day it is due, YYYY-MM-DD")
                .schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        Arguments arguments = new Arguments(given);
        NewTraining wanted =
                new NewTraining(
                        ProfileArguments.skill(arguments, "skill"),
                        arguments.text("title", ProfileLimits.TITLE),
                        ProfileArguments.status(arguments).orElse(TrainingStatus.PLANNED),
                        arguments.optionalText("next_step", ProfileLimits.NEXT_STEP),
                        arguments.optionalDate("due_on"));
        return profile.addTraining(user, wanted);
    }
}
