package dev.parley.agent.model;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the data out of a stream of server-sent events (WHATWG HTML, section 9.2), however it is
 * cut into pieces: also in the middle of a character.
 */
final class EventStream {

    private static final String DATA = "data:";

    private final int longestLine;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> dataOfEvent = new ArrayList<>();

    EventStream(int longestLine) {
        this.longestLine = longestLine;
    }

    /**
     * Takes a further piece of the stream.
     *
     * @return the data of each event that it completes, in order
     * @throws IllegalStateException where a line or an event grows too long
     */
    List<String> take(Buffer piece) {
        List<String> events = new ArrayList<>();
        for (byte next : piece.getBytes()) {
            if (next == '\n') {
                endOfLine(events);
            } else {
                line.write(next);
                if (line.size() > longestLine) {
                    throw new IllegalStateException(
                            "A line grew longer than " + longestLine + " bytes");
                }
            }
        }
        return events;
    }

    private void endOfLine(List<String> events) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (text.endsWith("\r")) {
            text = text.substring(0, text.length() - 1);
        }
        if (text.isEmpty()) {
            endOfEvent(events);
        } else if (text.startsWith(DATA)) {
            String data = text.substring(DATA.length());
            dataOfEvent.add(data.startsWith(" ") ? data.substring(1) : data);
            if (dataOfEvent.size() > longestLine) {
                throw new IllegalStateException(
                        "An event grew longer than " + longestLine + " lines");
            }
        }
        // Comments, names and numbers of events say nothing that a chat completion needs
    }

    private void endOfEvent(List<String> events) {
        if (!dataOfEvent.isEmpty()) {
            events.add(String.join("\n", dataOfEvent));
            dataOfEvent.clear();
        }
    }
}
