package dev.parley.api.openapi;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.operations.history.MetricSeries;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns a request or a response into an example: replaces the values that differ at each call, such
 * as ids, times and names, and leaves out what only tests have.
 */
final class ExampleText {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String DATA = "data:";
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-.{12}");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT.*(Z|\\+00:00)");
    private static final Set<String> SHIPPED_AGENTS = Set.of("assistant", "news", "offline");

    /** Fields whose value differs at each call, or depends on what other tests have done. */
    private static final Map<String, JsonNode> VALUES =
            Map.ofEntries(
                    Map.entry("access_token", text("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln")),
                    Map.entry("code", text("fJ3bq7cXw2yT0d5mPz8QnA")),
                    Map.entry("username", text("ada")),
                    Map.entry("email", text("ada@example.org")),
                    Map.entry("expires_at", text("2026-12-05T09:30:00Z")),
                    Map.entry("resets_at", text("2026-12-01T00:00:00Z")),
                    Map.entry("day", text("2026-11-28")),
                    Map.entry("month", text("2026-11")),
                    Map.entry("outcome", text("{\"title\":\"call the bank\"}")),
                    Map.entry("trail", text("[{\"called\":\"add_task\"}]")),
                    Map.entry("elapsed_ms", NODES.numberNode(82)),
                    Map.entry("compared", NODES.numberNode(2)),
                    Map.entry("found", NODES.numberNode(0)),
                    Map.entry("differences", NODES.arrayNode()),
                    Map.entry("up", NODES.numberNode(7)),
                    Map.entry("down", NODES.numberNode(1)),
                    Map.entry("with_reason", NODES.numberNode(3)),
                    Map.entry("count", NODES.numberNode(7)),
                    // A test that runs in the first minute of a month may find the month empty
                    Map.entry("used", NODES.numberNode(1)),
                    Map.entry("remaining", NODES.numberNode(999)),
                    Map.entry("times", NODES.arrayNode().add(1_795_858_200)),
                    Map.entry("series", series()),
                    Map.entry("question", text("overall")),
                    Map.entry("answer", text("5")));

    private final Map<String, JsonNode> ids = new LinkedHashMap<>();

    /** Lists of what all users have show one item: tests have more. */
    private final boolean isShared;

    ExampleText(boolean isShared) {
        this.isShared = isShared;
    }

    JsonNode of(String json) {
        try {
            return of("", JSON.readTree(json));
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("Not JSON: " + json, failure);
        }
    }

    /** The text of a stream of server-sent events, whose data is JSON. */
    String ofStream(String events) {
        return events.lines()
                .map(line ->
                        line.startsWith(DATA) ? DATA + of(line.substring(DATA.length())) : line)
                .collect(joining("\n", "", "\n"));
    }

    private JsonNode of(String field, JsonNode value) {
        if (VALUES.containsKey(field)) {
            return VALUES.get(field);
        }
        if (isShared && field.equals("next_cursor")) {
            return NODES.nullNode();
        }
        return switch (value) {
            case ObjectNode object -> object(object);
            case ArrayNode array -> array(array);
            case TextNode text -> text(field, text);
            default -> value;
        };
    }

    private JsonNode object(ObjectNode object) {
        ObjectNode told = NODES.objectNode();
        object.properties()
                .forEach(field -> told.set(field.getKey(), of(field.getKey(), field.getValue())));
        return told;
    }

    private JsonNode array(ArrayNode array) {
        return NODES.arrayNode()
                .addAll(
                        array.valueStream()
                                .filter(ExampleText::isShipped)
                                .limit(isShared ? 1 : Long.MAX_VALUE)
                                .map(item -> of("", item))
                                .toList());
    }

    private static boolean isShipped(JsonNode item) {
        return !item.has("requires_hiring")
                || SHIPPED_AGENTS.contains(item.path("agent_type").asText());
    }

    private JsonNode text(String field, TextNode text) {
        String value = text.textValue();
        if (UUID_TEXT.matcher(value).matches()) {
            return ids.computeIfAbsent(value, ignored -> id(ids.size() + 1));
        }
        if (TIME.matcher(value).matches()) {
            return text("2026-11-28T09:30:00Z");
        }
        if (isShared && field.equals("name")) {
            return text("Java");
        }
        return text;
    }

    private static JsonNode id(int number) {
        return text("01a1f000-0000-7000-8000-%012d".formatted(number));
    }

    /** One sample of each metric. */
    private static JsonNode series() {
        ObjectNode series = NODES.objectNode();
        for (MetricSeries metric : MetricSeries.values()) {
            series.putArray(metric.text()).add(0);
        }
        return series;
    }

    private static JsonNode text(String value) {
        return NODES.textNode(value);
    }
}
