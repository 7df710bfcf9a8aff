package dev.parley.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What is printed for scripts, and read from a server: trees, an object a line. */
public final class JsonOutput {

    private static final ObjectMapper TREES = new ObjectMapper();

    private JsonOutput() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * @throws CommandFailed where it is none, as where something else than Parley answers
     */
    public static JsonNode read(String text) {
        try {
            return TREES.readTree(text);
        } catch (JsonProcessingException failure) {
            throw new CommandFailed("What answered is no Parley: its answer is not JSON.");
        }
    }
}
