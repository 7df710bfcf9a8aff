package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.util.List;

/** Records a tool's result as JSON, in the transaction in which the tool does its work. */
@Singleton
public class StepRecorder {

    private final StepLog steps;
    private final ObjectMapper json;

    StepRecorder(StepLog steps, ObjectMapper json) {
        this.steps = steps;
        this.json = json;
    }

    /** Records a result and returns the recorded JSON. */
    public JsonNode record(Object result) {
        JsonNode tree = json.valueToTree(result);
        steps.record(tree);
        return tree;
    }

    /**
     * Records the first {@code max} items, and in {@code all_shown} whether these are all items.
     */
    public JsonNode recordFirst(String name, List<?> items, int max) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.set(name, json.valueToTree(items.stream().limit(max).toList()));
        return record(result.put("all_shown", items.size() <= max));
    }
}
