package dev.parley.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What is printed for scripts, and read from a server: trees, an object a line. */
final class Json {

    private static final ObjectMapper TREES = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * @throws Refused where it is none, as where something else than Parley answers
     */
    static JsonNode read(String text) {
        try {
            return TREES.readTree(text);
        } catch (JsonProcessingException garbage) {
            throw new Refused("What answered is no Parley: its answer is not JSON.");
        }
    }
}
