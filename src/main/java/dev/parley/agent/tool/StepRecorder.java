package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.util.List;

/** Records what a tool has done, as JSON, in the transaction in which the tool does it. */
@Singleton
public class StepRecorder {

    private final StepLog steps;
    private final ObjectMapper json;

    StepRecorder(StepLog steps, ObjectMapper json) {
        this.steps = steps;
        this.json = json;
    }

    /** Returns the outcome as it was recorded. */
    public JsonNode record(Object outcome) {
        JsonNode tree = json.valueToTree(outcome);
        steps.record(tree);
        return tree;
    }

    /** The first things that were found, and whether there are no more. */
    public JsonNode recordFirst(String name, List<?> found, int max) {
        ObjectNode outcome = JsonNodeFactory.instance.objectNode();
        outcome.set(name, json.valueToTree(found.stream().limit(max).toList()));
        return record(outcome.put("all_shown", found.size() <= max));
    }
}
