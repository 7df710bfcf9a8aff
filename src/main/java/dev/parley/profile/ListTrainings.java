package dev.parley.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent see what the user is learning. */
@ApplicationScoped
class ListTrainings implements Tool {

    private final RecordedProfile profile;

    ListTrainings(RecordedProfile profile) {
        this.profile = profile;
    }

    @Override
    public String name() {
        return "list_trainings";
    }

    @Override
    public String description() {
        return "Lists the user's trainings with their ids, newest first.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none()
                .optionalText("skill", "Only trainings for this skill; all without")
                .optionalChoice(
                        "status",
                        TrainingStatus.texts(),
                        "Only trainings of this status; all without")
                .schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        Arguments arguments = new Arguments(given);
        return profile.trainings(
                user,
                arguments
                        .optionalText("skill", ProfileLimits.SKILL_NAME)
                        .map(name -> name.replaceAll("\\s+", " ")),
                ProfileArguments.status(arguments));
    }
}
