package dev.parley.turn.stream.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.cluster.RunnerMessage;
import dev.parley.turn.TurnId;
import dev.parley.turn.stream.TurnStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The messages between the replica that runs a turn and the replicas that follow the turn. Each
 * message contains the offset of its piece, so that lost, repeated and late messages do no harm.
 */
final class StreamMessages {

    static final String FOLLOW = "follow";
    static final String UNFOLLOW = "unfollow";
    static final String TURN = "turn";
    static final String ATTEMPT = "attempt";
    static final String AT = "at";
    static final String TEXT = "text";
    static final String FIRST = "first";
    static final String OFFSETS = "marks";
    static final String OVER = "over";

    /** Control characters take six bytes each in JSON. */
    private static final int TEXT_PER_MESSAGE = 1_200;

    private static final int OFFSETS_PER_MESSAGE = 6_000;

    private StreamMessages() {}

    /** Requests the events of a turn, from the given length of text and number of events on. */
    static RunnerMessage follow(RunnerId to, TurnStream stream) {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        content.put(FOLLOW, stream.id().toString());
        content.put(AT, stream.length());
        content.put(FIRST, stream.eventCount());
        return new RunnerMessage(to, content);
    }

    static RunnerMessage unfollow(RunnerId to, TurnId turn) {
        return new RunnerMessage(
                to, JsonNodeFactory.instance.objectNode().put(UNFOLLOW, turn.toString()));
    }

    /** No more events follow: the receiver has to read the turn from the database. */
    static RunnerMessage over(RunnerId to, TurnId turn) {
        return new RunnerMessage(
                to,
                JsonNodeFactory.instance.objectNode().put(TURN, turn.toString()).put(OVER, true));
    }

    /** A piece of the text; {@link #lengthOf} returns how much of the text it contains. */
    static RunnerMessage text(RunnerId to, TurnStream stream, int from, int until) {
        int end = Math.min(until, from + TEXT_PER_MESSAGE);
        ObjectNode content = about(stream);
        content.put(AT, from);
        content.put(TEXT, stream.text(from, wholeCharacters(stream, from, end, until)));
        return new RunnerMessage(to, content);
    }

    static int lengthOf(RunnerMessage text) {
        return text.content().path(TEXT).asText().length();
    }

    /** The event offsets between two indexes, in as many messages as necessary. */
    static List<RunnerMessage> offsets(RunnerId to, TurnStream stream, int from, int until) {
        List<RunnerMessage> messages = new ArrayList<>();
        ArrayNode offsets = JsonNodeFactory.instance.arrayNode();
        int bytes = 0;
        int first = from;
        for (JsonNode offset : stream.encodedOffsets(from, until)) {
            int size = offset.toString().getBytes(StandardCharsets.UTF_8).length + 1;
            if (bytes + size > OFFSETS_PER_MESSAGE && !offsets.isEmpty()) {
                messages.add(offsets(to, stream, first, offsets));
                first += offsets.size();
                offsets = JsonNodeFactory.instance.arrayNode();
                bytes = 0;
            }
            offsets.add(offset);
            bytes += size;
        }
        if (!offsets.isEmpty()) {
            messages.add(offsets(to, stream, first, offsets));
        }
        return messages;
    }

    private static RunnerMessage offsets(
            RunnerId to, TurnStream stream, int first, ArrayNode offsets) {
        ObjectNode content = about(stream);
        content.put(FIRST, first);
        content.set(OFFSETS, offsets);
        return new RunnerMessage(to, content);
    }

    static TurnId turn(JsonNode content, String field) {
        return new TurnId(UUID.fromString(content.path(field).asText()));
    }

    /** Ends before a surrogate pair instead of within it: UTF-8 has no lone surrogates. */
    private static int wholeCharacters(TurnStream stream, int from, int end, int until) {
        boolean cutsPair =
                end < until && Character.isHighSurrogate(stream.text(end - 1, end).charAt(0));
        return cutsPair && end - 1 > from ? end - 1 : end;
    }

    private static ObjectNode about(TurnStream stream) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(TURN, stream.id().toString())
                .put(ATTEMPT, stream.attempt());
    }
}
