package dev.parley.agent.tool;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.platform.value.StorableText;
import dev.parley.platform.value.VisibleText;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Parses and validates the arguments that an agent sends to a tool. A refusal names the argument
 * and what the argument must be, so that the agent can correct its call.
 */
@Singleton
class ToolArguments {

    private static final SnakeCaseStrategy SNAKE_CASE = new SnakeCaseStrategy();

    private final ObjectReader reader;
    private final Validator validator;

    ToolArguments(ObjectMapper json, Validator validator) {
        this.reader =
                json.copy()
                        .registerModule(
                                new SimpleModule()
                                        .addDeserializer(LocalDate.class, new DateDeserializer()))
                        .reader()
                        .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        this.validator = validator;
    }

    /** Converts a Java name to snake case, as agents spell names. */
    static String nameOf(String javaName) {
        return SNAKE_CASE.translate(javaName);
    }

    /**
     * @param schema the JSON Schema of the record, from which a refusal is worded
     * @throws ToolRefused if an argument is missing or invalid
     */
    <T> T read(Class<T> type, JsonNode schema, JsonNode input) {
        T arguments = bind(type, schema, input);
        String violations =
                validator.validate(arguments).stream()
                        .map(violation ->
                                sentence(
                                        violation.getPropertyPath().toString(),
                                        requirement(violation)))
                        .sorted()
                        .collect(Collectors.joining(" "));
        if (!violations.isEmpty()) {
            throw new ToolRefused(violations);
        }
        return arguments;
    }

    private <T> T bind(Class<T> type, JsonNode schema, JsonNode input) {
        try {
            return reader.forType(type).readValue(normalize(input));
        } catch (JsonMappingException failure) {
            String name =
                    failure.getPath().stream()
                            .findFirst()
                            .map(JsonMappingException.Reference::getFieldName)
                            .orElse("");
            throw new ToolRefused(
                    sentence(name, requirement(schema.path("properties").path(name))));
        } catch (IOException failure) {
            throw new IllegalStateException("A JSON tree cannot be read", failure);
        }
    }

    /** Strips all texts. A text that is empty then counts as missing. */
    private static ObjectNode normalize(JsonNode input) {
        ObjectNode normalized = JsonNodeFactory.instance.objectNode();
        input.forEachEntry((name, value) ->
                normalized.set(name, value instanceof TextNode text ? normalize(text) : value));
        return normalized;
    }

    private static JsonNode normalize(TextNode input) {
        String text = StorableText.storable(input.textValue().strip());
        return !VisibleText.isVisible(text)
                ? JsonNodeFactory.instance.nullNode()
                : new TextNode(text);
    }

    private static String sentence(String argument, String requirement) {
        return "The argument %s %s.".formatted(nameOf(argument), requirement);
    }

    private static String requirement(ConstraintViolation<?> violation) {
        return switch (violation.getConstraintDescriptor().getAnnotation()) {
            case NotNull _ -> "is missing";
            case Size size -> "must not be longer than %d characters".formatted(size.max());
            default -> violation.getMessage();
        };
    }

    private static String requirement(JsonNode property) {
        if (property.has("enum")) {
            return "must be one of "
                    + StreamSupport.stream(property.get("enum").spliterator(), false)
                            .map(JsonNode::asText)
                            .collect(Collectors.joining(", "));
        }
        return switch (property.path("format").asText(property.path("type").asText())) {
            case "date" -> "must be a date such as 2026-12-24";
            case "uuid" -> "must be an id as the tools give them";
            case "integer" ->
                    "must be a number from %s to %s"
                            .formatted(
                                    property.path("minimum").asText(),
                                    property.path("maximum").asText());
            case "boolean" -> "must be true or false";
            default -> "must be a text";
        };
    }

    /**
     * Reads a date such as 2026-12-24. Jackson's own deserializer would also accept a date with
     * time or the year 12345.
     */
    private static final class DateDeserializer extends StdScalarDeserializer<LocalDate> {

        private static final long serialVersionUID = 1;

        private static final int LENGTH = 10;

        DateDeserializer() {
            super(LocalDate.class);
        }

        @Override
        public LocalDate deserialize(JsonParser parser, DeserializationContext context)
                throws IOException {
            String text = parser.getValueAsString("");
            try {
                if (text.length() == LENGTH) {
                    return LocalDate.parse(text);
                }
            } catch (DateTimeParseException failure) {
                // Refused below
            }
            return (LocalDate) context.handleWeirdStringValue(LocalDate.class, text, "not a date");
        }
    }
}
