package dev.parley.agent.model;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Extracts the data from a stream of server-sent events (WHATWG HTML, section 9.2). The stream may
 * be split anywhere, even in the middle of a character.
 */
final class SseParser {

    private static final String DATA = "data:";

    private final int maxEventLength;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> eventData = new ArrayList<>();
    private int eventBytes;

    SseParser(int maxEventLength) {
        this.maxEventLength = maxEventLength;
    }

    /**
     * Parses the next bytes of the stream.
     *
     * @return the data of each event that the bytes complete, in order
     * @throws IllegalStateException if an event with all its lines exceeds the maximum length in
     *     bytes
     */
    List<String> parse(Buffer bytes) {
        List<String> events = new ArrayList<>();
        for (byte next : bytes.getBytes()) {
            if (next == '\n') {
                completeLine(events);
            } else {
                line.write(next);
                eventBytes++;
                if (eventBytes > maxEventLength) {
                    throw new IllegalStateException(
                            "An event is longer than " + maxEventLength + " bytes");
                }
            }
        }
        return events;
    }

    private void completeLine(List<String> events) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (text.endsWith("\r")) {
            text = text.substring(0, text.length() - 1);
        }
        if (text.isEmpty()) {
            completeEvent(events);
        } else if (text.startsWith(DATA)) {
            String data = text.substring(DATA.length());
            eventData.add(data.startsWith(" ") ? data.substring(1) : data);
        }
        // A chat completion needs no comments, event names or event ids
    }

    private void completeEvent(List<String> events) {
        if (!eventData.isEmpty()) {
            events.add(String.join("\n", eventData));
            eventData.clear();
        }
        eventBytes = 0;
    }
}
