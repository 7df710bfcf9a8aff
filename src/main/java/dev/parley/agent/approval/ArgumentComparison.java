package dev.parley.agent.approval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.value.VisibleText;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Compares one argument of a tool call. An argument that is missing or has another type than
 * expected counts as a match: in doubt a person is asked.
 */
sealed interface ArgumentComparison {

    /** The argument's name, and with dots the names inside of nested objects. */
    String path();

    boolean holds(JsonNode arguments);

    /** Why the comparison does not fit the argument of this kind; empty if it fits. */
    default String mistake(ArgumentKind kind) {
        return "";
    }

    /** Why the comparison does not fit the tool with this schema; empty if it fits. */
    default String mistake(JsonNode schema) {
        JsonNode position = schema;
        boolean nested = false;
        for (String name : path().split("\\.", -1)) {
            JsonNode properties = position.path("properties");
            if (!properties.has(name)) {
                boolean open = nested && properties.isEmpty() && ArgumentKind.of(position).open();
                return open
                        ? ""
                        : "The tool has no argument %s%s.".formatted(path(), known(properties));
            }
            position = properties.get(name);
            nested = true;
        }
        return mistake(ArgumentKind.of(position));
    }

    private static String known(JsonNode properties) {
        List<String> names =
                StreamSupport.stream(
                                ((Iterable<String>) properties::fieldNames).spliterator(), false)
                        .sorted()
                        .toList();
        return names.isEmpty() ? "" : "; choose from " + String.join(", ", names);
    }

    private static JsonNode find(String path, JsonNode arguments) {
        JsonNode position = arguments;
        for (String name : path.split("\\.", -1)) {
            position = position.path(name);
        }
        return position;
    }

    /**
     * @throws IllegalArgumentException if the operator needs an order and the value has none
     */
    static ArgumentComparison of(String path, Operator operator, String value) {
        if (!operator.ordered()) {
            return operator == Operator.CONTAINS
                    ? new Contains(path, value)
                    : new Equality(path, operator, value);
        }
        Optional<BigDecimal> number = ArgumentValue.number(value);
        if (number.isPresent()) {
            return new NumberOrder(path, operator, number.get());
        }
        return new DateOrder(
                path,
                operator,
                ArgumentValue.date(value)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "%s %s needs a number or a date such as 2026-12-24, not \"%s\"."
                                                .formatted(path, operator, value))));
    }

    /** The argument has a value. An empty text is a value. */
    record Present(String path) implements ArgumentComparison {
        @Override
        public boolean holds(JsonNode arguments) {
            JsonNode argument = find(path, arguments);
            return !argument.isMissingNode() && !argument.isNull();
        }
    }

    /** The argument has no value, or an empty text. */
    record Missing(String path) implements ArgumentComparison {
        @Override
        public boolean holds(JsonNode arguments) {
            JsonNode argument = find(path, arguments);
            return argument.isMissingNode()
                    || argument.isNull()
                    || (argument.isTextual() && !VisibleText.isVisible(argument.textValue()));
        }
    }

    /** The argument equals a value, or differs from it. Only equality ignores case. */
    record Equality(String path, Operator operator, String value) implements ArgumentComparison {
        @Override
        public boolean holds(JsonNode arguments) {
            JsonNode argument = find(path, arguments);
            if (!argument.isValueNode() || argument.isNull()) {
                return true;
            }
            Optional<BigDecimal> expected = ArgumentValue.number(value);
            if (argument.isNumber() && expected.isEmpty()) {
                return true;
            }
            String text = argument.asText().strip();
            boolean equalNumbers =
                    expected.flatMap(
                                    number -> ArgumentValue.number(argument).map(number::compareTo))
                            .filter(order -> order == 0)
                            .isPresent();
            return operator == Operator.EQUAL
                    ? equalNumbers || Contains.folded(text).equals(Contains.folded(value.strip()))
                    : !equalNumbers && !text.equals(value.strip());
        }

        @Override
        public String mistake(ArgumentKind kind) {
            return kind.accepts(value)
                    ? ""
                    : "%s %s \"%s\" does not fit: the argument %s."
                            .formatted(path, operator, value, kind.requirement());
        }
    }

    /** The argument is a text that contains the value, or a list that contains such a text. */
    record Contains(String path, String value) implements ArgumentComparison {
        private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}");

        @Override
        public boolean holds(JsonNode arguments) {
            return holdsFor(find(path, arguments));
        }

        private boolean holdsFor(JsonNode argument) {
            if (argument.isArray()) {
                return StreamSupport.stream(argument.spliterator(), false).anyMatch(this::holdsFor);
            }
            return !argument.isTextual() || folded(argument.textValue()).contains(folded(value));
        }

        @Override
        public String mistake(ArgumentKind kind) {
            return kind.containsText()
                    ? ""
                    : "%s contains does not fit: the argument %s."
                            .formatted(path, kind.requirement());
        }

        /** The text without differences that a reader does not see or hardly sees. */
        private static String folded(String text) {
            return INVISIBLE
                    .matcher(Normalizer.normalize(text, Normalizer.Form.NFKC))
                    .replaceAll("")
                    .toUpperCase(Locale.ROOT)
                    .toLowerCase(Locale.ROOT);
        }
    }

    /** The argument is compared as a number, also if the agent sends the number as text. */
    record NumberOrder(String path, Operator operator, BigDecimal value)
            implements ArgumentComparison {
        @Override
        public boolean holds(JsonNode arguments) {
            return ArgumentValue.number(find(path, arguments))
                    .map(number -> operator.accepts(number.compareTo(value)))
                    .orElse(true);
        }

        @Override
        public String mistake(ArgumentKind kind) {
            return kind.accepts(value.toString()) && kind.numeric()
                    ? ""
                    : "%s %s %s does not fit: the argument %s."
                            .formatted(path, operator, value, kind.requirement());
        }
    }

    /** The argument is compared as a date. */
    record DateOrder(String path, Operator operator, LocalDate value)
            implements ArgumentComparison {
        @Override
        public boolean holds(JsonNode arguments) {
            return ArgumentValue.date(find(path, arguments).asText(""))
                    .map(date -> operator.accepts(date.compareTo(value)))
                    .orElse(true);
        }

        @Override
        public String mistake(ArgumentKind kind) {
            return kind.dated()
                    ? ""
                    : "%s %s %s does not fit: the argument %s."
                            .formatted(path, operator, value, kind.requirement());
        }
    }
}
