package dev.parley.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets an agent add a task. */
@ApplicationScoped
class AddTask implements Tool {

    private final RecordedTasks tasks;

    AddTask(RecordedTasks tasks) {
        this.tasks = tasks;
    }

    @Override
    public String name() {
        return "add_task";
    }

    @Override
    public String description() {
        return "Adds a task to the user's list and returns it with its id.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none()
                .text("title", "What is to be done, in a few words")
                .optionalText("description", "More about it")
                .optionalChoice("priority", Priority.texts(), "How much it matters; normal without")
                .optionalDate("due_on", "The day it is due, YYYY-MM-DD")
                .schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        Arguments arguments = new Arguments(given);
        NewTask wanted =
                new NewTask(
                        arguments.text("title", TaskLimits.TITLE),
                        arguments.optionalText("description", TaskLimits.DESCRIPTION),
                        TaskArguments.priority(arguments).orElse(Priority.NORMAL),
                        arguments.optionalDate("due_on"));
        return tasks.add(user, wanted);
    }
}
