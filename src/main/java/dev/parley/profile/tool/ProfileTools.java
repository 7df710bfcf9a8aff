package dev.parley.profile.tool;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.tool.AgentTool;
import dev.parley.agent.tool.AgentTools;
import dev.parley.agent.tool.StepRecorder;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.LimitReached;
import dev.parley.platform.value.FieldUpdate;
import dev.parley.profile.ProfileEntryNotFound;
import dev.parley.profile.ProfileLimits;
import dev.parley.profile.ProfileService;
import dev.parley.profile.skill.SkillService;
import dev.parley.profile.training.NewTraining;
import dev.parley.profile.training.TrainingId;
import dev.parley.profile.training.TrainingService;
import dev.parley.profile.training.TrainingStatus;
import dev.parley.profile.training.TrainingUpdate;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/**
 * Tools that let an agent use its user's preferences, skills and trainings. Each call is one short
 * transaction, which also records the tool step.
 */
@ApplicationScoped
@Transactional
@RegisterForReflection // with the records inside
class ProfileTools implements AgentTools {

    /** Keeps the result small for the model's context; the result says whether it is complete. */
    private static final int MAX_LISTED = 100;

    private static final String KEY =
            "must consist of lower-case letters, digits, dots, dashes and underscores";
    private static final String VISIBLE = "[\\s\\P{Cc}]*";
    private static final String TRAINING = "The training's id, as list_trainings tells it";
    private static final String NEXT_STEP = "What comes next";
    private static final String DUE_ON = "The day it is due, YYYY-MM-DD";

    private final ProfileService profile;
    private final SkillService skills;
    private final TrainingService trainings;
    private final StepRecorder steps;

    ProfileTools(
            ProfileService profile,
            SkillService skills,
            TrainingService trainings,
            StepRecorder steps) {
        this.profile = profile;
        this.skills = skills;
        this.trainings = trainings;
        this.steps = steps;
    }

    @AgentTool(
            value =
                    "Remembers something about the user for all later conversations, in place of"
                            + " what was remembered under the same key.",
            refusals = LimitReached.class)
    public JsonNode remember(UserId user, RememberArguments preference) {
        return steps.record(profile.put(user, preference.key(), preference.value()));
    }

    @AgentTool("Lists all that is remembered about the user.")
    public JsonNode listPreferences(UserId user) {
        return steps.record(
                Map.of(
                        "preferences",
                        profile.preferences(user, Optional.empty(), ProfileLimits.PREFERENCES)));
    }

    @AgentTool(
            value = "Forgets what is remembered about the user under a key.",
            refusals = ProfileEntryNotFound.class)
    public JsonNode forget(UserId user, ForgetArguments preference) {
        profile.delete(user, preference.key());
        return steps.record(Map.of("forgotten", preference.key()));
    }

    @AgentTool("Lists the user's skills with their levels, 1 to 5.")
    public JsonNode listSkills(UserId user) {
        return steps.record(
                Map.of("skills", skills.list(user, Optional.empty(), ProfileLimits.SKILLS)));
    }

    @AgentTool(
            value = "Gives the user a skill, or changes the level of a skill that the user has.",
            refusals = LimitReached.class)
    public JsonNode setSkill(UserId user, SetSkillArguments skill) {
        return steps.record(skills.put(user, normalize(skill.name()), skill.level()));
    }

    @AgentTool(
            value = "Removes a skill from the user's skills.",
            refusals = ProfileEntryNotFound.class)
    public JsonNode removeSkill(UserId user, RemoveSkillArguments skill) {
        String name = normalize(skill.name());
        skills.remove(user, name);
        return steps.record(Map.of("removed", name));
    }

    @AgentTool("Lists the user's trainings with their ids, newest first.")
    public JsonNode listTrainings(UserId user, ListTrainingsArguments filter) {
        return steps.recordFirst(
                "trainings",
                trainings.list(
                        user,
                        Optional.ofNullable(filter.skill()).map(ProfileTools::normalize),
                        Optional.ofNullable(filter.status()),
                        Optional.empty(),
                        MAX_LISTED + 1),
                MAX_LISTED);
    }

    @AgentTool(
            value = "Adds a training to what the user is learning and returns it with its id.",
            refusals = LimitReached.class)
    public JsonNode addTraining(UserId user, AddTrainingArguments training) {
        return steps.record(
                trainings.add(
                        user,
                        new NewTraining(
                                normalize(training.skill()),
                                training.title(),
                                training.status() == null
                                        ? TrainingStatus.PLANNED
                                        : training.status(),
                                Optional.ofNullable(training.nextStep()),
                                Optional.ofNullable(training.dueOn()))));
    }

    @AgentTool(
            value =
                    "Changes a training: its title, status, next step or due date. What is not"
                            + " given stays; null takes the next step or the due date away.",
            refusals = ProfileEntryNotFound.class)
    public JsonNode changeTraining(UserId user, UpdateTrainingArguments change) {
        return steps.record(
                trainings.change(
                        user,
                        new TrainingId(change.id()),
                        new TrainingUpdate(
                                Optional.ofNullable(change.title()),
                                Optional.ofNullable(change.status()),
                                FieldUpdate.of(change.nextStep()),
                                FieldUpdate.of(change.dueOn()))));
    }

    @AgentTool(
            value = "Removes a training for good. To mark it as done, use change_training instead.",
            refusals = ProfileEntryNotFound.class)
    public JsonNode removeTraining(UserId user, RemoveTrainingArguments training) {
        trainings.remove(user, new TrainingId(training.id()));
        return steps.record(Map.of("removed", training.id()));
    }

    /** Replaces each run of white space in a skill's name by one space, as the HTTP API does. */
    private static String normalize(String skill) {
        return skill.replaceAll("\\s+", " ");
    }

    record RememberArguments(
            @NotNull
                    @Size(max = ProfileLimits.MAX_KEY_LENGTH)
                    @Pattern(regexp = ProfileLimits.KEY, message = KEY)
                    @JsonPropertyDescription(
                            "A few lower-case letters, digits or dashes, such as favourite-colour")
                    String key,
            @NotNull
                    @Size(max = ProfileLimits.VALUE)
                    @JsonPropertyDescription("What to remember, in a sentence or a word")
                    String value) {}

    record ForgetArguments(
            @NotNull
                    @Size(max = ProfileLimits.MAX_KEY_LENGTH)
                    @Pattern(regexp = ProfileLimits.KEY, message = KEY)
                    @JsonPropertyDescription("The key, as list_preferences tells it")
                    String key) {}

    record SetSkillArguments(
            @NotNull
                    @Size(max = ProfileLimits.SKILL_NAME)
                    @Pattern(regexp = VISIBLE, message = "must be a name")
                    @JsonPropertyDescription("The skill's name, such as Java")
                    String name,
            @NotNull @Min(1) @Max(5) @JsonPropertyDescription("1 for a beginner, 5 for an expert")
                    Integer level) {}

    record RemoveSkillArguments(
            @NotNull
                    @Size(max = ProfileLimits.SKILL_NAME)
                    @Pattern(regexp = VISIBLE, message = "must be a name")
                    @JsonPropertyDescription("The skill's name, as list_skills tells it")
                    String name) {}

    record ListTrainingsArguments(
            @Size(max = ProfileLimits.SKILL_NAME)
                    @JsonPropertyDescription("Only trainings for this skill; all without")
                    @Nullable String skill,
            @JsonPropertyDescription("Only trainings of this status; all without")
                    @Nullable TrainingStatus status) {}

    record AddTrainingArguments(
            @NotNull
                    @Size(max = ProfileLimits.SKILL_NAME)
                    @Pattern(regexp = VISIBLE, message = "must be a name")
                    @JsonPropertyDescription("The skill to learn, such as Java")
                    String skill,
            @NotNull
                    @Size(max = ProfileLimits.TITLE)
                    @JsonPropertyDescription("What is to be done, in a few words")
                    String title,
            @JsonPropertyDescription("planned without") @Nullable TrainingStatus status,
            @Size(max = ProfileLimits.NEXT_STEP) @JsonPropertyDescription(NEXT_STEP)
                    @Nullable String nextStep,
            @JsonPropertyDescription(DUE_ON) @Nullable LocalDate dueOn) {}

    record UpdateTrainingArguments(
            @NotNull @JsonPropertyDescription(TRAINING) UUID id,
            @Size(max = ProfileLimits.TITLE) @JsonPropertyDescription("The new title")
                    @Nullable String title,
            @JsonPropertyDescription("completed when it is done") @Nullable TrainingStatus status,
            @Size(max = ProfileLimits.NEXT_STEP) @JsonPropertyDescription(NEXT_STEP)
                    JsonNullable<String> nextStep,
            @JsonPropertyDescription(DUE_ON) JsonNullable<LocalDate> dueOn) {}

    record RemoveTrainingArguments(@NotNull @JsonPropertyDescription(TRAINING) UUID id) {}
}
