package dev.parley.turn.stream.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.cluster.RunnerMessage;
import dev.parley.turn.Streams;
import dev.parley.turn.TurnId;
import dev.parley.turn.stream.TurnStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What replicas write to each other, and how much of it goes into a letter. */
class StreamMessagesTest {

    /** What the envelope takes of a letter: the sender and two names. */
    private static final int ENVELOPE = 100;

    private static final RunnerId TO = new RunnerId(new UUID(0, 1));
    private static final String ROCKET = "\uD83D\uDE80";

    private final TurnStream stream = Streams.mirrored(2);

    @Test
    void asksForWhatIsNotThereYet() {
        hear("abc", 1, 1);

        RunnerMessage message = StreamMessages.follow(TO, stream);

        assertThat(message.to()).isEqualTo(TO);
        assertThat(message.content().toString())
                .isEqualTo("{\"follow\":\"%s\",\"at\":3,\"first\":2}".formatted(stream.id()));
        assertThat(StreamMessages.turn(message.content(), StreamMessages.FOLLOW))
                .isEqualTo(stream.id());
    }

    @Test
    void asksForNoMore() {
        TurnId turn = TurnId.next();

        assertThat(StreamMessages.unfollow(TO, turn).content().toString())
                .isEqualTo("{\"unfollow\":\"%s\"}".formatted(turn));
    }

    @Test
    void tellsThatThereIsNoMore() {
        TurnId turn = TurnId.next();

        assertThat(StreamMessages.over(TO, turn).content().toString())
                .isEqualTo("{\"turn\":\"%s\",\"over\":true}".formatted(turn));
    }

    @Test
    void tellsTextWithItsPlaceAndItsAttempt() {
        hear("abcdef");

        RunnerMessage message = StreamMessages.text(TO, stream, 2, 5);

        assertThat(message.to()).isEqualTo(TO);
        assertThat(message.content().toString())
                .isEqualTo(
                        "{\"turn\":\"%s\",\"attempt\":2,\"at\":2,\"text\":\"cde\"}"
                                .formatted(stream.id()));
        assertThat(StreamMessages.lengthOf(message)).isEqualTo(3);
    }

    @Test
    void tellsNoMoreTextThanGoesIntoLetter() {
        hear("\u0001".repeat(3_000));

        RunnerMessage message = StreamMessages.text(TO, stream, 0, 3_000);

        assertThat(StreamMessages.lengthOf(message)).isEqualTo(1_200);
        assertThat(bytes(message)).isLessThanOrEqualTo(RunnerMessage.MAX_BYTES - ENVELOPE);
        assertThat(StreamMessages.lengthOf(StreamMessages.text(TO, stream, 1_900, 3_000)))
                .isEqualTo(1_100);
    }

    @Test
    void cutsNoCharacterInHalves() {
        String said = "x".repeat(1_199) + ROCKET + "y";
        hear(said);

        RunnerMessage first = StreamMessages.text(TO, stream, 0, said.length());
        RunnerMessage second = StreamMessages.text(TO, stream, 1_199, said.length());

        assertThat(text(first)).isEqualTo("x".repeat(1_199));
        assertThat(text(second)).isEqualTo(ROCKET + "y");
    }

    @Test
    void tellsWholeCharacterAtEndOfLetter() {
        String said = "x".repeat(1_198) + ROCKET + "y";
        hear(said);

        assertThat(text(StreamMessages.text(TO, stream, 0, said.length())))
                .isEqualTo("x".repeat(1_198) + ROCKET);
    }

    @Test
    void tellsEndOfTextAlsoWhereItIsHalfCharacter() {
        hear("ab\uD83D");

        assertThat(text(StreamMessages.text(TO, stream, 0, 3))).isEqualTo("ab\uD83D");
    }

    @Test
    void goesOnWhereOneLetterEndsUntilAllIsTold() {
        String said = "a" + ROCKET.repeat(3_000);
        hear(said);
        StringBuilder told = new StringBuilder();

        int letters = 0;
        while (told.length() < said.length()) {
            RunnerMessage message = StreamMessages.text(TO, stream, told.length(), said.length());
            told.append(text(message));
            letters++;
        }

        assertThat(told).hasToString(said);
        assertThat(letters).isEqualTo(6);
    }

    @Test
    void tellsMarksWithTheirPlaceAndTheirAttempt() {
        hear("abcdef", 1, 2, 3);

        List<RunnerMessage> letters = StreamMessages.offsets(TO, stream, 1, 3);

        assertThat(letters)
                .singleElement()
                .satisfies(message -> {
                    assertThat(message.to()).isEqualTo(TO);
                    assertThat(message.content().toString())
                            .isEqualTo(
                                    "{\"turn\":\"%s\",\"attempt\":2,\"first\":1,\"marks\":[2,3]}"
                                            .formatted(stream.id()));
                });
    }

    @Test
    void writesNoLetterWithoutMarks() {
        hear("abc", 3);

        assertThat(StreamMessages.offsets(TO, stream, 1, 1)).isEmpty();
    }

    @Test
    void tellsManyMarksInAsManyLettersAsItTakes() {
        int[] lengths = new int[7_000];
        Arrays.fill(lengths, 1);
        hear("x".repeat(7_000), lengths);

        List<RunnerMessage> letters = StreamMessages.offsets(TO, stream, 0, 7_000);

        // Two bytes each: 3,000 in a letter, all of them used
        assertThat(letters)
                .extracting(message -> message.content().path(StreamMessages.FIRST).asInt())
                .containsExactly(0, 3_000, 6_000);
        assertThat(letters)
                .extracting(message -> message.content().path(StreamMessages.OFFSETS).size())
                .containsExactly(3_000, 3_000, 1_000);
        assertThat(letters)
                .allSatisfy(message ->
                        assertThat(bytes(message))
                                .isLessThanOrEqualTo(RunnerMessage.MAX_BYTES - ENVELOPE));
    }

    @Test
    void countsBytesOfMarksRatherThanCharacters() {
        ArrayNode marks = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < 4; i++) {
            marks.addObject().put("called", "t").put("with", "日".repeat(1_000));
        }
        stream.appendRemoteOffsets(0, marks);

        List<RunnerMessage> letters = StreamMessages.offsets(TO, stream, 0, 4);

        assertThat(letters).hasSize(4);
        assertThat(letters)
                .allSatisfy(message ->
                        assertThat(bytes(message))
                                .isLessThanOrEqualTo(RunnerMessage.MAX_BYTES - ENVELOPE));
        List<JsonNode> told = new ArrayList<>();
        letters.forEach(
                message -> message.content().path(StreamMessages.OFFSETS).forEach(told::add));
        assertThat(told).hasSize(4);
    }

    private void hear(String said, int... lengths) {
        stream.appendRemoteText(0, said);
        ArrayNode marks = JsonNodeFactory.instance.arrayNode();
        for (int length : lengths) {
            marks.add(length);
        }
        stream.appendRemoteOffsets(0, marks);
    }

    private static String text(RunnerMessage message) {
        return message.content().path(StreamMessages.TEXT).asText();
    }

    private static int bytes(RunnerMessage message) {
        return message.content().toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
