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
 * What replicas send each other about a turn that one runs and another follows. Each message says
 * where its piece belongs, so that lost, doubled and late messages do no harm.
 */
final class StreamMessages {

    static final String FOLLOW = "follow";
    static final String UNFOLLOW = "unfollow";
    static final String TURN = "turn";
    static final String ATTEMPT = "attempt";
    static final String AT = "at";
    static final String TEXT = "text";
    static final String FIRST = "first";
    static final String MARKS = "marks";
    static final String OVER = "over";

    /** Control characters take six bytes each in JSON. */
    private static final int TEXT_PER_MESSAGE = 1_200;

    private static final int OFFSETS_PER_MESSAGE = 6_000;

    private StreamMessages() {}

    /** Tell me of this turn, from this length of text and this many marks on. */
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

    /** There is no more to tell: look into the database. */
    static RunnerMessage over(RunnerId to, TurnId turn) {
        return new RunnerMessage(
                to,
                JsonNodeFactory.instance.objectNode().put(TURN, turn.toString()).put(OVER, true));
    }

    /** A piece of the text; where to go on is told by {@link #lengthOf}. */
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

    /** The event offsets between two, in as many messages as it takes. */
    static List<RunnerMessage> marks(RunnerId to, TurnStream stream, int from, int until) {
        List<RunnerMessage> letters = new ArrayList<>();
        ArrayNode marks = JsonNodeFactory.instance.arrayNode();
        int bytes = 0;
        int first = from;
        for (JsonNode mark : stream.marks(from, until)) {
            int more = mark.toString().getBytes(StandardCharsets.UTF_8).length + 1;
            if (bytes + more > OFFSETS_PER_MESSAGE && !marks.isEmpty()) {
                letters.add(marks(to, stream, first, marks));
                first += marks.size();
                marks = JsonNodeFactory.instance.arrayNode();
                bytes = 0;
            }
            marks.add(mark);
            bytes += more;
        }
        if (!marks.isEmpty()) {
            letters.add(marks(to, stream, first, marks));
        }
        return letters;
    }

    private static RunnerMessage marks(RunnerId to, TurnStream stream, int first, ArrayNode marks) {
        ObjectNode content = about(stream);
        content.put(FIRST, first);
        content.set(MARKS, marks);
        return new RunnerMessage(to, content);
    }

    static TurnId turn(JsonNode content, String field) {
        return new TurnId(UUID.fromString(content.path(field).asText()));
    }

    /** A surrogate pair is not cut: half a character cannot be written as UTF-8. */
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
