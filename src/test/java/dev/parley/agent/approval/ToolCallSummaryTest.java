package dev.parley.agent.approval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ToolCallSummaryTest {

    @Test
    void namesTheToolAndItsArguments() {
        ObjectNode arguments =
                object().put("title", "Buy milk").put("due_on", "2026-12-01").put("done", true);
        arguments.putArray("tags").add("a").add("b c");

        assertThat(ToolCallSummary.of("add_task", arguments))
                .isEqualTo(
                        "add_task: title \"Buy milk\", due_on 2026-12-01, done true, tags"
                                + " [\"a\",\"b c\"]");
    }

    @Test
    void isTheNameOfToolWithoutArguments() {
        assertThat(ToolCallSummary.of("list_tasks", object())).isEqualTo("list_tasks");
    }

    @Test
    void letsNoTextLookLikeAnotherArgument() {
        assertThat(ToolCallSummary.of("t", object().put("a", "x\", b \"y\\")))
                .isEqualTo("t: a \"x\\\", b \\\"y\\\\\"");
    }

    @Test
    void makesControlCharactersHarmless() {
        assertThat(ToolCallSummary.of("t", object().put("a", "1\n2\u001B[31m3\u202E4\u2028\uD800")))
                .isEqualTo("t: a \"1 2\uFFFD[31m3\uFFFD4 \uFFFD\"");
    }

    @Test
    void shortensLongTextAndKeepsTheArgumentsBehindIt() {
        ObjectNode arguments = object().put("a", "😀".repeat(1000)).put("amount", 5);

        assertThat(ToolCallSummary.of("t", arguments)).contains("😀…\"").endsWith(", amount 5");
    }

    @Test
    void countsTheArgumentsThatDoNotFit() {
        ObjectNode arguments = object();
        for (int i = 10; i < 30; i++) {
            arguments.put("argument" + i, "x".repeat(100));
        }

        assertThat(ToolCallSummary.of("t", arguments))
                .hasSizeLessThanOrEqualTo(ToolCallSummary.MAX_LENGTH)
                .endsWith("x, and 16 more");
    }

    /** For any characters: bounded, one line, nothing that a terminal or a browser interprets. */
    @Test
    void isOneBoundedHarmlessLineForAnyCharacters() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            ObjectNode arguments = object();
            for (int n = random.nextInt(6); n > 0; n--) {
                arguments.put(text(random), text(random));
            }

            assertThat(ToolCallSummary.of(text(random), arguments))
                    .as("seed %d", seed)
                    .hasSizeLessThanOrEqualTo(ToolCallSummary.MAX_LENGTH)
                    .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");
        }
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(200), 0, random.nextBoolean() ? 0x110000 : 0x2100)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
