package dev.parley.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent change a training. */
@ApplicationScoped
class ChangeTraining implements Tool {

    private final RecordedProfile profile;

    ChangeTraining(RecordedProfile profile) {
        this.profile = profile;
    }

    @Override
    public String name() {
        return "change_training";
    }

    @Override
    public String description() {
        return "Changes a training: its title, status, next step or due date. What is not given"
                + " stays; null takes the next step or the due date away.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none()
                .text("id", "The training's id, as list_trainings tells it")
                .optionalText("title", "The new title")
                .optionalChoice("status", TrainingStatus.texts(), "completed when it is done")
                .optionalText("next_step", "What comes next")
                .optionalDate("due_on", "The day it is due, YYYY-MM-DD")
                .schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        Arguments arguments = new Arguments(given);
        TrainingChange change =
                new TrainingChange(
                        arguments.optionalText("title", ProfileLimits.TITLE),
                        ProfileArguments.status(arguments),
                        arguments.edit(
                                "next_step",
                                arguments.optionalText("next_step", ProfileLimits.NEXT_STEP)),
                        arguments.edit("due_on", arguments.optionalDate("due_on")));
        TrainingId id = new TrainingId(arguments.id("id"));
        return ProfileArguments.refusing(() -> profile.changeTraining(user, id, change));
    }
}
