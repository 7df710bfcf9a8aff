package dev.parley.agent.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.CountedText;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No message makes the assistant labour. A pattern reads its text by {@code charAt}, and that is
 * counted: ten times the text is to take about ten times the reads, whatever the text.
 */
class LinearWorkTest {

    private static final int LONG = 100_000;

    /** What stands at the end, so that a form that seems to match fails at last. */
    private static final String SPOILER = " \u2028?\u0085";

    static Stream<IntentParser.Form> forms() {
        return IntentParser.FORMS.stream();
    }

    /**
     * A sentence that has the form, cut at each word: the words before it once, so that the form
     * sets out to match, and the words behind it again and again.
     */
    @ParameterizedTest
    @MethodSource("forms")
    void formTakesTenTimesTheWorkForTenTimesTheMessage(IntentParser.Form form) {
        String[] words = sentence(form).split(" ", -1);

        for (int cut = 0; cut < words.length; cut++) {
            String before = String.join(" ", Arrays.copyOf(words, cut));
            String again = String.join(" ", Arrays.copyOfRange(words, cut, words.length));
            isLinear(form.pattern(), before + " ", again + " ", Matcher::matches);
            isLinear(form.pattern(), before + " ", words[cut] + " ", Matcher::matches);
        }
    }

    static final List<Pattern> MATCHED =
            List.of(
                    IntentParser.GREETING,
                    IntentParser.DUE_AT_END,
                    IntentParser.PRIORITY_AT_END,
                    IntentParser.TASK,
                    PreferenceIntentHandler.MY_THING_IS);

    @ParameterizedTest
    @FieldSource("MATCHED")
    void patternTakesTenTimesTheWorkForTenTimesTheText(Pattern pattern) {
        for (String again : PIECES) {
            isLinear(pattern, "", again, Matcher::matches);
            isLinear(pattern, "my x ", again, Matcher::matches);
        }
    }

    static final List<Pattern> FOUND =
            List.of(
                    IntentParser.POLITENESS,
                    IntentParser.QUOTES,
                    IntentParser.ABOUT_TASKS,
                    LastListing.LINE,
                    OfflineAssistant.PIECE);

    @ParameterizedTest
    @FieldSource("FOUND")
    void searchTakesTenTimesTheWorkForTenTimesTheText(Pattern pattern) {
        for (String again : PIECES) {
            isLinear(pattern, "", again, LinearWorkTest::findAll);
            isLinear(pattern, "x", again, LinearWorkTest::findAll);
        }
    }

    private static final List<String> PIECES =
            List.of(
                    "please ",
                    "hey, ",
                    "hi ",
                    "can you, ",
                    "please,",
                    " ",
                    ", ",
                    ",",
                    "!",
                    "\"",
                    "'x",
                    " by",
                    " due",
                    " which is due",
                    " (",
                    " on tomorrow",
                    " in two",
                    " 24 december",
                    ", urgent",
                    " priority",
                    " with high",
                    " -",
                    "a",
                    "the ",
                    "my ",
                    "task ",
                    " task",
                    " is ",
                    "my is",
                    "to-do",
                    "1",
                    "1. ",
                    "1. x — ",
                    " — ",
                    "\n",
                    "\n1. ",
                    "\u2028");

    @Test
    void seesWorkThatGrowsFasterThanText() {
        Pattern stripsEnd = Pattern.compile("[!?]*x?[!?]*$");

        assertThat(work(stripsEnd, "!".repeat(400) + "a", LinearWorkTest::findAll))
                .isGreaterThan(4 * work(stripsEnd, "!".repeat(200) + "a", LinearWorkTest::findAll));
    }

    private static String sentence(IntentParser.Form form) {
        return Stream.of(SentencesTest.CALLS, SentencesTest.REPLIES)
                .flatMap(String::lines)
                .map(line -> IntentParser.plain(line.split(" -> ", 2)[0]))
                .filter(sentence -> form.pattern().matcher(sentence).matches())
                .findFirst()
                .orElseThrow(() -> new AssertionError("No sentence has the form " + form));
    }

    private static void isLinear(
            Pattern pattern, String before, String again, Consumer<Matcher> use) {
        String tenth = before + again.repeat(LONG / 10 / again.length()) + SPOILER;
        String whole = before + again.repeat(LONG / again.length()) + SPOILER;

        assertThat(work(pattern, whole, use))
                .as("%s for %s...%s...", pattern, before, again)
                .isLessThan(100 + 12 * work(pattern, tenth, use));
    }

    private static void findAll(Matcher matcher) {
        while (matcher.find()) {
            // Goes on to the next one
        }
    }

    private static long work(Pattern pattern, String text, Consumer<Matcher> use) {
        CountedText counted = new CountedText(text);
        use.accept(pattern.matcher(counted));
        return counted.reads();
    }
}
