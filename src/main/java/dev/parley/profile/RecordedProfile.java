package dev.parley.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.StepLog;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;

/**
 * What the tools do with a user's profile: each call is one short transaction, in which the step is
 * recorded too.
 */
@ApplicationScoped
@Transactional
class RecordedProfile {

    /** More would fill a model's context; the answer tells when there are more. */
    private static final int MOST = 100;

    private final UserProfile profile;
    private final UserSkills skills;
    private final UserTrainings trainings;
    private final StepLog steps;
    private final ObjectMapper json;

    RecordedProfile(
            UserProfile profile,
            UserSkills skills,
            UserTrainings trainings,
            StepLog steps,
            ObjectMapper json) {
        this.profile = profile;
        this.skills = skills;
        this.trainings = trainings;
        this.steps = steps;
        this.json = json;
    }

    JsonNode remember(UserId user, String key, String value) {
        return recorded(json.valueToTree(profile.put(user, key, value)));
    }

    JsonNode preferences(UserId user) {
        return listed(
                "preferences",
                profile.preferences(user, Optional.empty(), ProfileLimits.PREFERENCES));
    }

    JsonNode forget(UserId user, String key) {
        profile.forget(user, key);
        return recorded(object().put("forgotten", key));
    }

    JsonNode skills(UserId user) {
        return listed("skills", skills.list(user, Optional.empty(), ProfileLimits.SKILLS));
    }

    JsonNode setSkill(UserId user, String name, int level) {
        return recorded(json.valueToTree(skills.put(user, name, level)));
    }

    JsonNode removeSkill(UserId user, String name) {
        skills.remove(user, name);
        return recorded(object().put("removed", name));
    }

    JsonNode trainings(UserId user, Optional<String> skill, Optional<TrainingStatus> status) {
        List<TrainingDetails> found =
                trainings.list(user, skill, status, Optional.empty(), MOST + 1);
        ObjectNode outcome = object();
        outcome.set("trainings", json.valueToTree(found.stream().limit(MOST).toList()));
        return recorded(outcome.put("all_shown", found.size() <= MOST));
    }

    JsonNode addTraining(UserId user, NewTraining wanted) {
        return recorded(json.valueToTree(trainings.add(user, wanted)));
    }

    JsonNode changeTraining(UserId user, TrainingId id, TrainingChange change) {
        return recorded(json.valueToTree(trainings.change(user, id, change)));
    }

    JsonNode removeTraining(UserId user, TrainingId id) {
        trainings.remove(user, id);
        return recorded(object().put("removed", id.toString()));
    }

    private JsonNode listed(String name, List<?> all) {
        ObjectNode outcome = object();
        outcome.set(name, json.valueToTree(all));
        return recorded(outcome);
    }

    private JsonNode recorded(JsonNode outcome) {
        steps.record(outcome);
        return outcome;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
