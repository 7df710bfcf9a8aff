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
