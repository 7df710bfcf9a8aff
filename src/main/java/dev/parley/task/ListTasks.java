package dev.parley.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Arguments;
import dev.parley.agent.Parameters;
import dev.parley.agent.Tool;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Lets an agent see the user's tasks. */
@ApplicationScoped
class ListTasks implements Tool {

    /** More would fill a model's context; the answer tells when there are more. */
    private static final int MOST = 200;

    private final RecordedTasks tasks;

    ListTasks(RecordedTasks tasks) {
        this.tasks = tasks;
    }

    @Override
    public String name() {
        return "list_tasks";
    }

    @Override
    public String description() {
        return "Lists the user's tasks with their ids, newest first.";
    }

    @Override
    public JsonNode parameters() {
        return Parameters.none()
                .optionalChoice("status", Status.texts(), "Only tasks of this status; all without")
                .schema();
    }

    @Override
    public JsonNode use(UserId user, JsonNode given) {
        Optional<Status> status = TaskArguments.status(new Arguments(given));
        return tasks.list(user, status, MOST);
    }
}
