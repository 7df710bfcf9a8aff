package dev.parley.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TitleTest {

    @Test
    void isTheMessageWhereItIsShort() {
        assertThat(Title.from("  Buy\n milk\t today ")).isEqualTo("Buy milk today");
    }

    @Test
    void isCutBetweenWords() {
        String title =
                Title.from("The quick brown fox jumps over the lazy dog and runs away from it all");

        assertThat(title).isEqualTo("The quick brown fox jumps over the lazy dog and runs away…");
        assertThat(title.codePointCount(0, title.length())).isLessThanOrEqualTo(60);
    }

    @Test
    void isCutInsideOfAWordThatHasNoEnd() {
        assertThat(Title.from("x".repeat(100))).isEqualTo("x".repeat(59) + "…");
    }

    @Test
    void doesNotCutACharacterInHalf() {
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
    void isConversationWhereNothingCanBeTakenFromTheMessage() {
        assertThat(Title.from("?!")).isEqualTo("Conversation");
        assertThat(Title.from("🚀🚀")).isEqualTo("Conversation");
    }
}
