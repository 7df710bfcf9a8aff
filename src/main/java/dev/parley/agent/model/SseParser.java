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
final class SseParser {

    private static final String DATA = "data:";

    private final int longestEvent;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> dataOfEvent = new ArrayList<>();
    private int bytesOfEvent;

    SseParser(int longestEvent) {
        this.longestEvent = longestEvent;
    }

    /**
     * Takes a further piece of the stream.
     *
     * @return the data of each event that it completes, in order
     * @throws IllegalStateException where an event, all its lines together, grows too long
     */
    List<String> take(Buffer piece) {
        List<String> events = new ArrayList<>();
        for (byte next : piece.getBytes()) {
            if (next == '\n') {
                endOfLine(events);
            } else {
                line.write(next);
                bytesOfEvent++;
                if (bytesOfEvent > longestEvent) {
                    throw new IllegalStateException(
                            "An event grew longer than " + longestEvent + " bytes");
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
        }
        // Comments, names and numbers of events say nothing that a chat completion needs
    }

    private void endOfEvent(List<String> events) {
        if (!dataOfEvent.isEmpty()) {
            events.add(String.join("\n", dataOfEvent));
            dataOfEvent.clear();
        }
        bytesOfEvent = 0;
    }
}
