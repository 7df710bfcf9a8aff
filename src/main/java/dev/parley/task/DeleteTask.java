package dev.parley.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolRefused;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent delete a task. */
@ApplicationScoped
class DeleteTask implements Tool {

    private final RecordedTasks tasks;

    DeleteTask(RecordedTasks tasks) {
        this.tasks = tasks;
    }

    @Override
    public String name() {
        return "delete_task";
    }

    @Override
    public String description() {
        return "Deletes a task for good. To mark it as done, use change_task instead.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none().text("id", "The task's id, as list_tasks tells it").schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        TaskId id = TaskArguments.id(new Arguments(given));
        try {
            return tasks.remove(user, id);
        } catch (TaskNotFound gone) {
            throw new ToolRefused(gone.detail());
        }
    }
}
