package dev.parley.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON that is printed for scripts or read from a server, one object per line. */
public final class JsonOutput {

    private static final ObjectMapper TREES = new ObjectMapper();

    private JsonOutput() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * Reads the arguments of a tool call that a person wrote.
     *
     * @throws CommandFailed if the text is not a JSON object
     */
    public static ObjectNode arguments(String text) {
        try {
            if (TREES.readTree(text) instanceof ObjectNode arguments) {
                return arguments;
            }
        } catch (JsonProcessingException failure) {
            // Refused below
        }
        throw new CommandFailed(
                "The arguments must be a JSON object, such as {\"title\": \"Buy milk\"}.");
    }

    /**
     * @throws CommandFailed if the text is not JSON, for example because the server is not Parley
     */
    public static JsonNode read(String text) {
        try {
            return TREES.readTree(text);
        } catch (JsonProcessingException failure) {
            throw new CommandFailed("The server is not Parley: its response is not JSON.");
        }
    }
}
