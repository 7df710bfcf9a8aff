package dev.parley.platform.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\t\n",
                "\u00A0",
                "\u200B",
                "\u200D\u200C",
                "\uFEFF",
                "\u2060",
                "\u00AD",
                "\u3000",
                "\u3164",
                "\u2800",
                "\u115F",
                "\u202E",
                "\u0301",
                "\uFE0F",
                "\u0007",
                "\uD800",
                "\uDB40\uDC41",
                " \u200B \u3164 "
            })
    void nothingIsSeenOf(String text) {
        assertThat(VisibleText.isVisible(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                " a ",
                "7",
                "-",
                "\u200Ba",
                "\u6F22",
                "\uD83D\uDE80",
                "e\u0301",
                "\u0939"
            })
    void somethingIsSeenOf(String text) {
        assertThat(VisibleText.isVisible(text)).isTrue();
    }
}
