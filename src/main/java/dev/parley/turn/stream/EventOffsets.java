package dev.parley.turn.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentType;
import dev.parley.agent.DelegationStatus;
import dev.parley.platform.value.StorableText;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The offset in the text at which each event of a turn ends. An offset takes four bytes, so a
 * reader can resume at any event number although the deltas are not stored one by one. Not
 * thread-safe; the stream locks.
 */
final class EventOffsets {

    /**
     * The longest arguments of a tool in an event, in characters; the tool step stores all of them.
     */
    private static final int MAX_ARGUMENTS_LENGTH = 2_000;

    private static final int MAX_NAME_LENGTH = 64;

    private int[] ends = {};
    private int count;
    private Map<Integer, AgentEvent> toolEvents = Map.of();

    int count() {
        return count;
    }

    /** Adds a delta that ends at this offset of the text. */
    void appendText(int end) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, Math.max(8, count * 2));
        }
        ends[count++] = end;
    }

    void appendToolEvent(AgentEvent event) {
        if (toolEvents.isEmpty()) {
            toolEvents = new TreeMap<>();
        }
        toolEvents.put(count, shortened(event));
        appendText(end());
    }

    /**
     * The length of the text up to and including this event, in characters; 0 before the first
     * event.
     */
    int end(int index) {
        return index < 0 ? 0 : ends[index];
    }

    int end() {
        return end(count - 1);
    }

    Optional<AgentEvent> toolEvent(int index) {
        return Optional.ofNullable(toolEvents.get(index));
    }

    /** The index of the last delta in the run of consecutive deltas that starts at this index. */
    int lastDelta(int from) {
        int last = from;
        while (last + 1 < count && !toolEvents.containsKey(last + 1)) {
            last++;
        }
        return last;
    }

    /**
     * Encodes events as JSON: the length of each delta as a number, each tool event as an object.
     */
    ArrayNode encode(int from, int to) {
        ArrayNode encoded = JsonNodeFactory.instance.arrayNode();
        for (int index = from; index < to; index++) {
            AgentEvent tool = toolEvents.get(index);
            if (tool == null) {
                encoded.add(end(index) - end(index - 1));
            } else {
                encoded.add(encode(tool));
            }
        }
        return encoded;
    }

    /**
     * @throws IllegalArgumentException if the JSON was not written by {@link #encode}
     */
    void decode(JsonNode encoded) {
        if (encoded.isInt()) {
            appendText(Math.addExact(end(), encoded.intValue()));
        } else if (encoded.has("asked")) {
            appendToolEvent(
                    new AgentEvent.ApprovalAsked(
                            encoded.path("asked").asText(),
                            encoded.path("called").asText(),
                            encoded.path("with"),
                            encoded.path("summary").asText(),
                            Instant.parse(encoded.path("expires").asText())));
        } else if (encoded.has("decided")) {
            appendToolEvent(
                    new AgentEvent.ApprovalDecided(
                            encoded.path("decided").asText(),
                            encoded.path("as").asText(),
                            encoded.path("by").asText()));
        } else if (encoded.has("joined")) {
            appendToolEvent(new AgentEvent.MessageJoined(encoded.path("joined").asText()));
        } else if (encoded.has("called")) {
            appendToolEvent(
                    delegated(encoded)
                            .orElseGet(() ->
                                    new AgentEvent.ToolCalled(
                                            step(encoded),
                                            encoded.path("called").asText(),
                                            encoded.path("with"))));
        } else if (encoded.has("returned")) {
            appendToolEvent(
                    new AgentEvent.ToolReturned(
                            step(encoded),
                            encoded.path("returned").asText(),
                            encoded.path("ok").asBoolean(),
                            Duration.ofMillis(encoded.path("ms").asLong())));
        } else {
            throw new IllegalArgumentException("Not an encoded event");
        }
    }

    /** Encodes a tool event that is not among the events yet. */
    static ObjectNode encodeShortened(AgentEvent tool) {
        return encode(shortened(tool));
    }

    private static String step(JsonNode encoded) {
        return encoded.path("step").asText();
    }

    /** Empty for the call of a tool, or a status that only a later version knows. */
    private static Optional<AgentEvent> delegated(JsonNode encoded) {
        return encoded.has("delegated")
                ? DelegationStatus.of(encoded.path("with").path("status").asText())
                        .map(status ->
                                new AgentEvent.Delegated(
                                        encoded.path("delegated").asText(),
                                        new AgentType(
                                                encoded.path("with").path("agent_type").asText()),
                                        status))
                : Optional.empty();
    }

    private static ObjectNode encode(AgentEvent tool) {
        ObjectNode encoded = JsonNodeFactory.instance.objectNode();
        switch (tool) {
            case AgentEvent.ToolCalled called -> {
                encoded.put("called", called.name()).set("with", called.arguments());
                putStep(encoded, called.step());
            }
            case AgentEvent.ToolReturned returned -> {
                encoded.put("returned", returned.name())
                        .put("ok", returned.ok())
                        .put("ms", returned.elapsed().toMillis());
                putStep(encoded, returned.step());
            }
            case AgentEvent.Delegated delegated ->
                    // Replicas of earlier versions read this as the call of a tool: they refuse
                    // an event of an unknown form, and with it the rest of the stream
                    encoded.put("called", "delegate")
                            .put("delegated", delegated.step())
                            .putObject("with")
                            .put("agent_type", delegated.agent().value())
                            .put("status", delegated.status().text());
            case AgentEvent.MessageJoined joined ->
                    // Read as the call of a tool by replicas of earlier versions
                    encoded.put("called", "steer").put("joined", joined.turn()).putObject("with");
            case AgentEvent.ApprovalAsked asked ->
                    encoded.put("called", asked.tool())
                            .put("asked", asked.step())
                            .put("summary", asked.summary())
                            .put("expires", asked.expiresAt().toString())
                            .set("with", asked.arguments());
            case AgentEvent.ApprovalDecided decided ->
                    encoded.put("called", "approval")
                            .put("decided", decided.step())
                            .put("as", decided.decision())
                            .put("by", decided.by());
            case AgentEvent.ReplyDelta delta -> throw new IllegalStateException("not a tool");
            case AgentEvent.Finished finished -> throw new IllegalStateException("not a tool");
            case AgentEvent.TokensUsed tokens -> throw new IllegalStateException("not a tool");
        }
        return encoded;
    }

    private static void putStep(ObjectNode encoded, String step) {
        if (!step.isEmpty()) {
            encoded.put("step", step);
        }
    }

    /** Shortens names and arguments, since a model may send text of any length. */
    private static AgentEvent shortened(AgentEvent event) {
        return switch (event) {
            case AgentEvent.ToolCalled called ->
                    new AgentEvent.ToolCalled(
                            called.step(), shortened(called.name()), shortened(called.arguments()));
            case AgentEvent.ToolReturned returned ->
                    new AgentEvent.ToolReturned(
                            returned.step(),
                            shortened(returned.name()),
                            returned.ok(),
                            returned.elapsed());
            case AgentEvent.Delegated delegated -> delegated;
            case AgentEvent.MessageJoined joined -> joined;
            case AgentEvent.ApprovalAsked asked ->
                    new AgentEvent.ApprovalAsked(
                            asked.step(),
                            shortened(asked.tool()),
                            shortened(asked.arguments()),
                            asked.summary(),
                            asked.expiresAt());
            case AgentEvent.ApprovalDecided decided -> decided;
            case AgentEvent.ReplyDelta delta -> delta;
            case AgentEvent.Finished finished -> finished;
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
        String encoded = arguments.toString();
        boolean isPlain =
                encoded.length() <= MAX_ARGUMENTS_LENGTH
                        && StorableText.storable(encoded).equals(encoded);
        return isPlain
                ? arguments
                : JsonNodeFactory.instance.objectNode().put("omitted_characters", encoded.length());
    }
}
