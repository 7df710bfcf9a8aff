package dev.parley.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.StepLog;
import dev.parley.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;

/**
 * What the tools do with a user's tasks: each call is one short transaction, in which the step is
 * recorded too.
 */
@ApplicationScoped
@Transactional
class RecordedTasks {

    private final UserTasks tasks;
    private final StepLog steps;

    RecordedTasks(UserTasks tasks, StepLog steps) {
        this.tasks = tasks;
        this.steps = steps;
    }

    JsonNode add(UserId user, NewTask wanted) {
        return recorded(TaskJson.of(tasks.add(user, wanted)));
    }

    /** The newest of them, and whether these are all. */
    JsonNode list(UserId user, Optional<Status> status, int most) {
        List<TaskDetails> found = tasks.list(user, status, Optional.empty(), most + 1);
        return recorded(TaskJson.of(found.stream().limit(most).toList(), found.size() <= most));
    }

    /**
     * @throws TaskNotFound where the user has no such task
     */
    JsonNode change(UserId user, TaskId id, TaskChange change) {
        return recorded(TaskJson.of(tasks.change(user, id, change)));
    }

    /**
     * @throws TaskNotFound where the user has no such task
     */
    JsonNode remove(UserId user, TaskId id) {
        tasks.remove(user, id);
        return recorded(JsonNodeFactory.instance.objectNode().put("deleted", id.toString()));
    }

    private JsonNode recorded(JsonNode outcome) {
        steps.record(outcome);
        return outcome;
    }
}
