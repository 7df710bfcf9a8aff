package dev.parley.task;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.tool.AgentTool;
import dev.parley.agent.tool.AgentTools;
import dev.parley.agent.tool.StepRecorder;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.LimitReached;
import dev.parley.platform.value.FieldUpdate;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/**
 * Tools that let an agent use its user's tasks. Each call is one short transaction, which also
 * records the tool step.
 */
@ApplicationScoped
@Transactional
@RegisterForReflection // with the records inside
class TaskTools implements AgentTools {

    /** Keeps the result small for the model's context; the result says whether it is complete. */
    private static final int MAX_LISTED = 200;

    private static final String ID = "The task's id, as list_tasks tells it";
    private static final String PRIORITY = "How much it matters";
    private static final String DUE_ON = "The day it is due, YYYY-MM-DD";

    private final TaskService tasks;
    private final StepRecorder steps;

    TaskTools(TaskService tasks, StepRecorder steps) {
        this.tasks = tasks;
        this.steps = steps;
    }

    @AgentTool(
            value = "Adds a task to the user's list and returns it with its id.",
            refusals = LimitReached.class)
    public JsonNode addTask(UserId user, AddTaskArguments task) {
        NewTask newTask =
                new NewTask(
                        task.title(),
                        Optional.ofNullable(task.description()),
                        task.priority() == null ? TaskPriority.NORMAL : task.priority(),
                        Optional.ofNullable(task.dueOn()));
        return steps.record(ShownTask.of(tasks.add(user, newTask)));
    }

    @AgentTool("Lists the user's tasks with their ids, newest first.")
    public JsonNode listTasks(UserId user, ListTasksArguments filter) {
        List<TaskDetails> found =
                tasks.list(
                        user,
                        Optional.ofNullable(filter.status()),
                        Optional.empty(),
                        MAX_LISTED + 1);
        return steps.recordFirst("tasks", found.stream().map(ShownTask::of).toList(), MAX_LISTED);
    }

    @AgentTool(
            value =
                    "Changes a task: its title, description, status, priority or due date. What is"
                            + " not given stays; null takes the description or the due date away.",
            refusals = TaskNotFound.class)
    public JsonNode changeTask(UserId user, UpdateTaskArguments change) {
        TaskUpdate update =
                new TaskUpdate(
                        Optional.ofNullable(change.title()),
                        FieldUpdate.of(change.description()),
                        Optional.ofNullable(change.status()),
                        Optional.ofNullable(change.priority()),
                        FieldUpdate.of(change.dueOn()));
        return steps.record(ShownTask.of(tasks.change(user, new TaskId(change.id()), update)));
    }

    @AgentTool(
            value = "Deletes a task for good. To mark it as done, use change_task instead.",
            refusals = TaskNotFound.class)
    public JsonNode deleteTask(UserId user, DeleteTaskArguments task) {
        tasks.remove(user, new TaskId(task.id()));
        return steps.record(Map.of("deleted", task.id()));
    }

    record AddTaskArguments(
            @NotNull
                    @Size(max = TaskLimits.TITLE)
                    @JsonPropertyDescription("What is to be done, in a few words")
                    String title,
            @Size(max = TaskLimits.DESCRIPTION) @JsonPropertyDescription("More about it")
                    @Nullable String description,
            @JsonPropertyDescription(PRIORITY + "; normal without") @Nullable TaskPriority priority,
            @JsonPropertyDescription(DUE_ON) @Nullable LocalDate dueOn) {}

    record ListTasksArguments(
            @JsonPropertyDescription("Only tasks of this status; all without")
                    @Nullable TaskStatus status) {}

    record UpdateTaskArguments(
            @NotNull @JsonPropertyDescription(ID) UUID id,
            @Size(max = TaskLimits.TITLE) @JsonPropertyDescription("The new title")
                    @Nullable String title,
            @Size(max = TaskLimits.DESCRIPTION) @JsonPropertyDescription("The new description")
                    JsonNullable<String> description,
            @JsonPropertyDescription("completed when it is done") @Nullable TaskStatus status,
            @JsonPropertyDescription(PRIORITY) @Nullable TaskPriority priority,
            @JsonPropertyDescription(DUE_ON) JsonNullable<LocalDate> dueOn) {}

    record DeleteTaskArguments(@NotNull @JsonPropertyDescription(ID) UUID id) {}

    /** The result that an agent gets for a task. */
    record ShownTask(
            UUID id,
            String title,
            @Nullable String description,
            TaskStatus status,
            TaskPriority priority,
            @Nullable LocalDate dueOn,
            Instant createdAt) {

        static ShownTask of(TaskDetails task) {
            return new ShownTask(
                    task.id(),
                    task.title(),
                    task.description(),
                    task.status(),
                    task.priority(),
                    task.dueOn(),
                    task.createdAt());
        }
    }
}
