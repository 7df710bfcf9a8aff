package dev.parley.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseParserTest {

    private static final String STREAM =
            """
            : a comment\r
            data: {"a":"über 🚀"}\r
            \r
            event: x
            id: 7
            data:first
            data: second



            data: [DONE]

            data: no end\
            """;

    private static final List<String> EVENTS =
            List.of("{\"a\":\"über 🚀\"}", "first\nsecond", "[DONE]");

    @Test
    void takesSameEventsHoweverStreamIsCut() {
        byte[] bytes = STREAM.getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= bytes.length; size++) {
            SseParser stream = new SseParser(1_000);
            List<String> events = new ArrayList<>();
            for (int from = 0; from < bytes.length; from += size) {
                events.addAll(
                        stream.parse(
                                Buffer.buffer()
                                        .appendBytes(
                                                bytes, from, Math.min(size, bytes.length - from))));
            }

            assertThat(events).as("in pieces of %d", size).isEqualTo(EVENTS);
        }
    }

    @Test
    void refusesEventWithoutEnd() {
        SseParser oneLine = new SseParser(10);
        SseParser manyLines = new SseParser(10);

        assertThatThrownBy(() -> oneLine.parse(Buffer.buffer("data: 12345678901")))
                .hasMessageContaining("10 bytes");
        assertThatThrownBy(() -> manyLines.parse(Buffer.buffer("data:1\ndata:2\n")))
                .hasMessageContaining("10 bytes");
    }

    @Test
    void countsBytesOfEachEventAnew() {
        SseParser stream = new SseParser(10);

        assertThat(stream.parse(Buffer.buffer("data:1\n\ndata:2\n\ndata:3\n\n")))
                .containsExactly("1", "2", "3");
    }

    @Test
    void takesEventOfExactlyItsLimit() {
        SseParser stream = new SseParser(10);

        assertThat(stream.parse(Buffer.buffer("data: 1234\n\n"))).containsExactly("1234");
        assertThat(stream.parse(Buffer.buffer("data: 5678\n\n"))).containsExactly("5678");
        assertThatThrownBy(() -> stream.parse(Buffer.buffer("data: 12345")))
                .hasMessageContaining("10 bytes");
    }

    @Test
    void countsBytesOfCommentsAndNamesToo() {
        SseParser stream = new SseParser(10);

        assertThatThrownBy(() -> stream.parse(Buffer.buffer(":\n:\nevent: x\n:\n:\n")))
                .hasMessageContaining("10 bytes");
    }

    @Test
    void tellsEventOnlyOnceItsBlankLineHasCome() {
        SseParser stream = new SseParser(100);

        assertThat(stream.parse(Buffer.buffer("data: a\r"))).isEmpty();
        assertThat(stream.parse(Buffer.buffer("\n"))).isEmpty();
        assertThat(stream.parse(Buffer.buffer("\r"))).isEmpty();
        assertThat(stream.parse(Buffer.buffer("\n"))).containsExactly("a");
        assertThat(stream.parse(Buffer.buffer("\r\n\r\n"))).isEmpty();
    }

    @Test
    void takesNoMoreThanOneSpaceBeforeData() {
        SseParser stream = new SseParser(100);

        assertThat(stream.parse(Buffer.buffer("data:  a \n\ndata:b\n\ndata:\n\ndata: \n\n")))
                .containsExactly(" a ", "b", "", "");
    }

    @Test
    void takesNoDataOfLineThatOnlyBeginsLikeIt() {
        SseParser stream = new SseParser(100);

        assertThat(stream.parse(Buffer.buffer("database: a\nid: 7\n: data: b\n\n"))).isEmpty();
        assertThat(stream.parse(Buffer.buffer("data: c\n\n"))).containsExactly("c");
    }
}
