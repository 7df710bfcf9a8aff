package dev.parley.platform.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What PostgreSQL can keep as a text, and what becomes of the rest. */
class StorableTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "ä", "\u0001", "\uFFFD", "\uD83D\uDE00"})
    void leavesTextThatCanBeKept(String text) {
        assertThat(StorableText.isStorable(text)).isTrue();
        assertThat(StorableText.storable(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "\uD800", "\uDBFF", "\uDC00", "\uDFFF"})
    void replacesEachCharacterThatCannotBeKept(String unfit) {
        assertThat(StorableText.isStorable("a" + unfit + "b")).isFalse();
        assertThat(StorableText.storable("a" + unfit + "b" + unfit)).isEqualTo("a\uFFFDb\uFFFD");
    }

    @Test
    void replacesNothingOfWholePairBesideLoneSurrogate() {
        assertThat(StorableText.storable("\uD83D\uDE00\uD83D")).isEqualTo("\uD83D\uDE00\uFFFD");
    }
}
