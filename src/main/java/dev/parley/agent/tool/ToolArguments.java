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
 * Reads what an agent gave to a tool, trusting nothing of it. A refusal names the argument and what
 * it must be, so that the agent can mend its call.
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
                                        .addDeserializer(LocalDate.class, new DayReader()))
                        .reader()
                        .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        this.validator = validator;
    }

    /** A name of Java as agents spell it. */
    static String nameOf(String javaName) {
        return SNAKE_CASE.translate(javaName);
    }

    /**
     * @param schema of the record, which says what an argument must be
     * @throws ToolRefused where an argument is missing or does not do
     */
    <T> T read(Class<T> type, JsonNode schema, JsonNode given) {
        T arguments = bound(type, schema, given);
        String violations =
                validator.validate(arguments).stream()
                        .map(violation ->
                                sentence(violation.getPropertyPath().toString(), demand(violation)))
                        .sorted()
                        .collect(Collectors.joining(" "));
        if (!violations.isEmpty()) {
            throw new ToolRefused(violations);
        }
        return arguments;
    }

    private <T> T bound(Class<T> type, JsonNode schema, JsonNode given) {
        try {
            return reader.forType(type).readValue(cleaned(given));
        } catch (JsonMappingException failure) {
            String name =
                    failure.getPath().stream()
                            .findFirst()
                            .map(JsonMappingException.Reference::getFieldName)
                            .orElse("");
            throw new ToolRefused(sentence(name, demand(schema.path("properties").path(name))));
        } catch (IOException failure) {
            throw new IllegalStateException("A JSON tree can always be read", failure);
        }
    }

    /** Texts without the blanks around them; one of which nothing is left was not given. */
    private static ObjectNode cleaned(JsonNode given) {
        ObjectNode cleaned = JsonNodeFactory.instance.objectNode();
        given.forEachEntry((name, value) ->
                cleaned.set(name, value instanceof TextNode text ? cleaned(text) : value));
        return cleaned;
    }

    private static JsonNode cleaned(TextNode given) {
        String text = StorableText.storable(given.textValue().strip());
        return text.isEmpty() ? JsonNodeFactory.instance.nullNode() : new TextNode(text);
    }

    private static String sentence(String argument, String demand) {
        return "The argument %s %s.".formatted(nameOf(argument), demand);
    }

    private static String demand(ConstraintViolation<?> violation) {
        return switch (violation.getConstraintDescriptor().getAnnotation()) {
            case NotNull _ -> "is missing";
            case Size size -> "must not be longer than %d characters".formatted(size.max());
            default -> violation.getMessage();
        };
    }

    private static String demand(JsonNode property) {
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

    /** A day such as 2026-12-24; the library's reader would take a moment or the year 12345 too. */
    private static final class DayReader extends StdScalarDeserializer<LocalDate> {

        private static final long serialVersionUID = 1;

        private static final int LENGTH = 10;

        DayReader() {
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
            return (LocalDate) context.handleWeirdStringValue(LocalDate.class, text, "no day");
        }
    }
}
