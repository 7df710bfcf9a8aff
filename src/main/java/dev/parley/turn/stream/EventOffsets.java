package dev.parley.turn.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.AgentEvent;
import dev.parley.platform.value.StorableText;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where in the text each event of a turn lies: four bytes a delta, so that any reader can go on at
 * any number without the deltas being kept one by one. Not safe for many threads; its stream is.
 */
final class EventOffsets {

    /** A tool's arguments in an event; the step keeps them whole. */
    private static final int MAX_ARGUMENTS_LENGTH = 2_000;

    private static final int MAX_NAME_LENGTH = 64;

    private int[] ends = {};
    private int count;
    private Map<Integer, AgentEvent> tools = Map.of();

    int count() {
        return count;
    }

    /** A delta that ends at this place of the text. */
    void appendText(int end) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, Math.max(8, count * 2));
        }
        ends[count++] = end;
    }

    void appendToolEvent(AgentEvent event) {
        if (tools.isEmpty()) {
            tools = new TreeMap<>();
        }
        tools.put(count, shortened(event));
        appendText(end());
    }

    /** How long the text is up to and with this event; 0 before the first. */
    int end(int index) {
        return index < 0 ? 0 : ends[index];
    }

    int end() {
        return end(count - 1);
    }

    Optional<AgentEvent> appendToolEvent(int index) {
        return Optional.ofNullable(tools.get(index));
    }

    /** The last of the deltas that follow each other from here on. */
    int lastDelta(int from) {
        int last = from;
        while (last + 1 < count && !tools.containsKey(last + 1)) {
            last++;
        }
        return last;
    }

    /** As JSON: a number for each delta, its length; an object for each use of a tool. */
    ArrayNode encode(int from, int to) {
        ArrayNode written = JsonNodeFactory.instance.arrayNode();
        for (int index = from; index < to; index++) {
            AgentEvent tool = tools.get(index);
            if (tool == null) {
                written.add(end(index) - end(index - 1));
            } else {
                written.add(encode(tool));
            }
        }
        return written;
    }

    /**
     * @throws IllegalArgumentException where it is not what {@link #encode} writes
     */
    void decode(JsonNode mark) {
        if (mark.isInt()) {
            appendText(Math.addExact(end(), mark.intValue()));
        } else if (mark.has("called")) {
            appendToolEvent(
                    new AgentEvent.ToolCalled(mark.path("called").asText(), mark.path("with")));
        } else if (mark.has("returned")) {
            appendToolEvent(
                    new AgentEvent.ToolReturned(
                            mark.path("returned").asText(),
                            mark.path("ok").asBoolean(),
                            Duration.ofMillis(mark.path("ms").asLong())));
        } else {
            throw new IllegalArgumentException("Not a mark");
        }
    }

    private static ObjectNode encode(AgentEvent tool) {
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        switch (tool) {
            case AgentEvent.ToolCalled called ->
                    written.put("called", called.name()).set("with", called.arguments());
            case AgentEvent.ToolReturned returned ->
                    written.put("returned", returned.name())
                            .put("ok", returned.ok())
                            .put("ms", returned.elapsed().toMillis());
            case AgentEvent.ReplyDelta delta -> throw new IllegalStateException("not a tool");
            case AgentEvent.TokensUsed tokens -> throw new IllegalStateException("not a tool");
        }
        return written;
    }

    /** Models name tools and give arguments as they like. */
    private static AgentEvent shortened(AgentEvent event) {
        return switch (event) {
            case AgentEvent.ToolCalled called ->
                    new AgentEvent.ToolCalled(
                            shortened(called.name()), shortened(called.arguments()));
            case AgentEvent.ToolReturned returned ->
                    new AgentEvent.ToolReturned(
                            shortened(returned.name()), returned.ok(), returned.elapsed());
            case AgentEvent.ReplyDelta delta -> delta;
            case AgentEvent.TokensUsed tokens -> tokens;
        };
    }

    private static String shortened(String name) {
        String storable = StorableText.storable(name);
        return storable.length() <= MAX_NAME_LENGTH
                ? storable
                : storable.substring(0, MAX_NAME_LENGTH);
    }

    private static JsonNode shortened(JsonNode arguments) {
        String written = arguments.toString();
        boolean isPlain =
                written.length() <= MAX_ARGUMENTS_LENGTH
                        && StorableText.storable(written).equals(written);
        return isPlain
                ? arguments
                : JsonNodeFactory.instance.objectNode().put("omitted_characters", written.length());
    }
}
