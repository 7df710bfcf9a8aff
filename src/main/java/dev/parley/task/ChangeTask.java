package dev.parley.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolRefused;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent rename a task, complete it, or set its due date or priority. */
@ApplicationScoped
class ChangeTask implements Tool {

    private final RecordedTasks tasks;

    ChangeTask(RecordedTasks tasks) {
        this.tasks = tasks;
    }

    @Override
    public String name() {
        return "change_task";
    }

    @Override
    public String description() {
        return "Changes a task: its title, description, status, priority or due date. What is not"
                + " given stays; null takes the description or the due date away.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none()
                .text("id", "The task's id, as list_tasks tells it")
                .optionalText("title", "The new title")
                .optionalText("description", "The new description")
                .optionalChoice("status", Status.texts(), "completed when it is done")
                .optionalChoice("priority", Priority.texts(), "How much it matters")
                .optionalDate("due_on", "The day it is due, YYYY-MM-DD")
                .schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        Arguments arguments = new Arguments(given);
        TaskChange change =
                new TaskChange(
                        arguments.optionalText("title", TaskLimits.TITLE),
                        arguments.edit(
                                "description",
                                arguments.optionalText("description", TaskLimits.DESCRIPTION)),
                        TaskArguments.status(arguments),
                        TaskArguments.priority(arguments),
                        arguments.edit("due_on", arguments.optionalDate("due_on")));
        try {
            return tasks.change(user, TaskArguments.id(arguments), change);
        } catch (TaskNotFound gone) {
            throw new ToolRefused(gone.detail());
        }
    }
}
