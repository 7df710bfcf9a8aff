package dev.parley.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenEstimateTest {

    /**
     * The most tokens that a text is in one of the vocabularies cl100k and o200k of OpenAI, Tekken
     * and the first one of Mistral, as counted by their tokenizers.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    15 | The committee met on Tuesday to discuss the proposal. Nobody had read it.
                    21 | Die Bundesregierung hat über die Verlängerung der Fördermaßnahmen beraten.
                    52 | {"tasks":[{"id":"0193-77","title":"Order part 1","status":"pending","due_at":"2026-11-29T08:30:00Z"}]}
                    26 | for (int index = 0; index < text.length(); index++) { total += sixthsOf(index); }
                    37 | 委员会星期二开会讨论这项提案。没有人读过它，但每个人都有自己的看法。
                    32 | 委員会は火曜日に会合を開き、提案について議論しました。
                    27 | 위원회는 화요일에 모여 제안을 논의했습니다.
                    24 | Комитет собрался во вторник, чтобы обсудить предложение.
                    42 | समिति ने मंगलवार को प्रस्ताव पर चर्चा की।
                    39 | اجتمعت اللجنة يوم الثلاثاء لمناقشة الاقتراح.
                    """)
    void isNotTooLowForProseAndData(int tokens, String text) {
        assertThat(TokenEstimate.of(text)).isBetween((long) tokens, (long) (2.2 * tokens));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    62 | Η επιτροπή συνεδρίασε την Τρίτη για να συζητήσει την πρόταση.
                    20 | 😀🚀🎉🦄🫠
                    37 | 0193a7f2-5b1c-7d3e-9f40-6a8b2c4d1e0f
                    18 | qzxwvkjhgpfmtbnyrslcdaueio
                    59 | ኮሚቴው ሀሳቡን ለመወያየት ተሰበሰበ።
                    25 | 龘靐齉爨驫鱻麤灪
                    """)
    void isAtLeastAThirdForTextThatNoVocabularyHas(int tokens, String text) {
        assertThat(3 * TokenEstimate.of(text)).isGreaterThanOrEqualTo(tokens);
    }

    /** A token is at least a byte. */
    @Test
    void isAtLeastAThirdOfTheBytesOfEachCharacter() {
        assertThat(
                        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                                .mapToObj(Character::toString)
                                .map(character -> character.repeat(6))
                                .filter(text ->
                                        3 * TokenEstimate.of(text)
                                                < text.getBytes(StandardCharsets.UTF_8).length))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'',0", "a,1", "abc,1", "abcd,2", "a1,2", "é,1", "中,2", "中中,3", "😀,3", "'\n',1"})
    void countsSixthsAndRoundsUp(String text, long tokens) {
        assertThat(TokenEstimate.of(text)).isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource({
        "abcdef,2,abcdef",
        "abcdefg,2,abcdef",
        "😀😀,5,😀",
        "😀😀,2,''",
        "中中中,3,中中",
        "abc,0,''"
    })
    void startIsAtMostSoManyTokensAndHasNoHalfPair(String text, long tokens, String start) {
        assertThat(TokenEstimate.start(text, tokens)).isEqualTo(start);
    }
}
