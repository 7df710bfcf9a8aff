package dev.parley.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Describes a tool's arguments as a JSON Schema of type {@code object}. */
public final class Parameters {

    private final ObjectNode properties = JsonNodeFactory.instance.objectNode();
    private final ArrayNode required = JsonNodeFactory.instance.arrayNode();

    public static Parameters none() {
        return new Parameters();
    }

    /** An argument that must be given. */
    public Parameters text(String name, String description) {
        required.add(name);
        return optionalText(name, description);
    }

    public Parameters optionalText(String name, String description) {
        properties.putObject(name).put("type", "string").put("description", description);
        return this;
    }

    /** A whole number that must be given. */
    public Parameters number(String name, int least, int most, String description) {
        required.add(name);
        properties
                .putObject(name)
                .put("type", "integer")
                .put("minimum", least)
                .put("maximum", most)
                .put("description", description);
        return this;
    }

    /** A yes or no. */
    public Parameters flag(String name, String description) {
        properties.putObject(name).put("type", "boolean").put("description", description);
        return this;
    }

    /** A calendar date such as {@code 2026-12-24}. */
    public Parameters optionalDate(String name, String description) {
        properties
                .putObject(name)
                .put("type", "string")
                .put("format", "date")
                .put("description", description);
        return this;
    }

    public Parameters optionalChoice(String name, List<String> choices, String description) {
        ArrayNode values =
                properties
                        .putObject(name)
                        .put("type", "string")
                        .put("description", description)
                        .putArray("enum");
        choices.forEach(values::add);
        return this;
    }

    public JsonNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("type", "object");
        schema.set("properties", properties);
        schema.set("required", required);
        schema.put("additionalProperties", false);
        return schema;
    }
}
