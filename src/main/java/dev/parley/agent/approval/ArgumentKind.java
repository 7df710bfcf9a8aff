package dev.parley.agent.approval;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What an argument's JSON Schema says about its values.
 *
 * @param type the JSON type, {@code date} for a text of this format, or {@code any} if the schema
 *     does not say it in one word
 * @param values the allowed texts; empty if all are allowed
 */
record ArgumentKind(String type, List<String> values) {

    static ArgumentKind of(JsonNode schema) {
        String type = schema.path("type").asText("any");
        if (schema.path("type").isArray()) {
            List<String> types =
                    texts(schema.get("type")).filter(name -> !name.equals("null")).toList();
            type = types.size() == 1 ? types.getFirst() : "any";
        }
        boolean date = type.equals("string") && schema.path("format").asText().equals("date");
        return new ArgumentKind(date ? "date" : type, texts(schema.path("enum")).toList());
    }

    private static Stream<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText);
    }

    /** Whether the argument can equal this value. */
    boolean accepts(String value) {
        boolean allowed =
                values.isEmpty() || values.stream().anyMatch(value.strip()::equalsIgnoreCase);
        return allowed
                && switch (type) {
                    case "integer", "number" -> ArgumentValue.number(value).isPresent();
                    case "boolean" ->
                            List.of("true", "false")
                                    .contains(value.strip().toLowerCase(Locale.ROOT));
                    case "date" -> ArgumentValue.date(value).isPresent();
                    case "array", "object" -> false;
                    default -> true;
                };
    }

    boolean numeric() {
        return List.of("integer", "number", "any").contains(type);
    }

    boolean dated() {
        return List.of("date", "any").contains(type);
    }

    boolean containsText() {
        return List.of("string", "array", "any").contains(type);
    }

    /** Whether the argument can have names that the schema does not list. */
    boolean open() {
        return List.of("object", "any").contains(type);
    }

    /** What the argument is, after the words "the argument". */
    String requirement() {
        if (!values.isEmpty()) {
            return "is one of " + String.join(", ", values);
        }
        return switch (type) {
            case "integer", "number" -> "is a number";
            case "boolean" -> "is true or false";
            case "date" -> "is a date such as 2026-12-24";
            case "array" -> "is a list: use contains, is present or is missing";
            case "object" -> "is an object: name a part of it as in address.city";
            default -> "is a text";
        };
    }
}
