package dev.parley.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Tasks as the tools tell an agent of them. */
final class TaskJson {

    private TaskJson() {}

    static ObjectNode of(TaskDetails task) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", task.id().toString());
        json.put("title", task.title());
        if (task.description() != null) {
            json.put("description", task.description());
        }
        json.put("status", task.status().text());
        json.put("priority", task.priority().text());
        if (task.dueOn() != null) {
            json.put("due_on", task.dueOn().toString());
        }
        json.put("created_at", task.createdAt().toString());
        return json;
    }

    static JsonNode of(List<TaskDetails> tasks, boolean areAll) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode list = json.putArray("tasks");
        tasks.forEach(task -> list.add(of(task)));
        json.put("all_shown", areAll);
        return json;
    }
}
