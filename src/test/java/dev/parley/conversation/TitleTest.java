package dev.parley.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TitleTest {

    @Test
    void isWholeMessageWhereItIsShort() {
        assertThat(Title.from("  Buy\n milk\t today ")).isEqualTo("Buy milk today");
    }

    @Test
    void isCutBetweenWordsWhereMessageIsLong() {
        String title =
                Title.from("The quick brown fox jumps over the lazy dog and runs away from it all");

        assertThat(title).isEqualTo("The quick brown fox jumps over the lazy dog and runs away…");
        assertThat(title.codePointCount(0, title.length())).isLessThanOrEqualTo(60);
    }

    @Test
    void isCutInsideOfWordThatHasNoEnd() {
        assertThat(Title.from("x".repeat(100))).isEqualTo("x".repeat(59) + "…");
    }

    @Test
    void isCutBetweenWholeCharacters() {
        String title = Title.from("a" + "🚀".repeat(100));

        assertThat(
                        title.codePoints()
                                .filter(c ->
                                        c >= Character.MIN_SURROGATE
                                                && c <= Character.MAX_SURROGATE)
                                .count())
                .isZero();
        assertThat(title.codePointCount(0, title.length())).isEqualTo(60);
    }

    @Test
    void isConversationWhereMessageHoldsNoWord() {
        assertThat(Title.from("?!")).isEqualTo("Conversation");
        assertThat(Title.from("🚀🚀")).isEqualTo("Conversation");
    }

    @Test
    void isWholeMessageOfSixtyCharacters() {
        assertThat(Title.from("x".repeat(60))).isEqualTo("x".repeat(60));
        assertThat(Title.from("x".repeat(61))).isEqualTo("x".repeat(59) + "…");
        assertThat(Title.from("a" + "🚀".repeat(59))).isEqualTo("a" + "🚀".repeat(59));
    }

    @Test
    void isCutInsideOfWordRatherThanInFirstHalf() {
        String early = "a".repeat(29) + " " + "b".repeat(60);
        String late = "a".repeat(30) + " " + "b".repeat(60);

        assertThat(Title.from(early)).isEqualTo("a".repeat(29) + " " + "b".repeat(29) + "…");
        assertThat(Title.from(late)).isEqualTo("a".repeat(30) + "…");
    }

    @Test
    void endsInNoSpaceWhereItIsCut() {
        String words = "a".repeat(58) + " " + "b".repeat(10);

        assertThat(Title.from(words)).isEqualTo("a".repeat(58) + "…");
    }

    @Test
    void isOnOneLineWithoutControlCharacters() {
        assertThat(Title.from("a\u0007b\r\n\tc\u0001 ")).isEqualTo("a b c");
        assertThat(Title.from("\u0001a")).isEqualTo("a");
    }

    @Test
    void isMessageOfOneDigit() {
        assertThat(Title.from("7?")).isEqualTo("7?");
        assertThat(Title.from(" ")).isEqualTo("Conversation");
    }
}
