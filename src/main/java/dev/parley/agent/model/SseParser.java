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

    /** The beginning of a line whose end has not come yet. */
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

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
    List<String> parse(Buffer buffer) {
        List<String> events = new ArrayList<>();
        byte[] bytes = buffer.getBytes();
        int start = 0;
        for (int end = 0; end < bytes.length; end++) {
            if (bytes[end] == '\n') {
                count(end - start);
                completeLine(line(bytes, start, end), events);
                start = end + 1;
            }
        }
        count(bytes.length - start);
        begun.write(bytes, start, bytes.length - start);
        return events;
    }

    private void count(int length) {
        eventBytes += length;
        if (eventBytes > maxEventLength) {
            throw new IllegalStateException("An event is longer than " + maxEventLength + " bytes");
        }
    }

    private String line(byte[] bytes, int start, int end) {
        if (begun.size() == 0) {
            return new String(bytes, start, end - start, StandardCharsets.UTF_8);
        }
        begun.write(bytes, start, end - start);
        String line = begun.toString(StandardCharsets.UTF_8);
        begun.reset();
        return line;
    }

    private void completeLine(String line, List<String> events) {
        String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        if (text.isEmpty()) {
            completeEvent(events);
        } else if (text.startsWith(DATA)) {
            boolean hasSpace = text.startsWith(" ", DATA.length());
            eventData.add(text.substring(hasSpace ? DATA.length() + 1 : DATA.length()));
        }
        // A chat completion needs no comments, event names or event ids
    }

    private void completeEvent(List<String> events) {
        if (!eventData.isEmpty()) {
            events.add(eventData.size() == 1 ? eventData.getFirst() : String.join("\n", eventData));
            eventData.clear();
        }
        eventBytes = 0;
    }
}
