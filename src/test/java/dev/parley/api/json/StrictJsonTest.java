package dev.parley.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @BeforeAll
    static void customize() {
        JSON.findAndRegisterModules();
        new StrictJson().customize(JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\":1}",
                "{\"text\":1.5}",
                "{\"text\":true}",
                "{\"whole\":1.5}",
                "{\"whole\":1.0}",
                "{\"whole\":\"1\"}",
                "{\"whole\":\"\"}",
                "{\"real\":\"1.5\"}",
                "{\"real\":\"\"}",
                "{\"flag\":\"true\"}",
                "{\"flag\":\"\"}",
                "{\"flag\":\" \"}",
                "{\"day\":20000}",
                "{\"day\":[2026,12,24]}",
                "{\"day\":[]}",
                "{\"day\":{}}",
                "{\"day\":true}",
                "{\"day\":\"2026-12-24T10:00:00Z\"}",
                "{\"day\":\"2026-12-24T10:00\"}",
                "{\"day\":\"2026-12-24 \"}",
                "{\"day\":\"+2026-12-24\"}",
                "{\"day\":\"2026-02-30\"}",
                "{\"day\":\"\u0662\u0660\u0662\u0666-12-24\"}",
                "{\"day\":\"\"}",
                "{\"choice\":0}",
                "{\"choice\":\"\"}",
                "{\"text\":\"a\",\"text\":\"b\"}",
                "{\"text\":\"a\"} {}",
                "{\"txt\":\"a\"}"
            })
    void refusesValueThatWouldHaveToBeGuessedAt(String json) {
        assertThatThrownBy(() -> JSON.readValue(json, Sample.class))
                .isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void takesValuesOfTheirTypes() throws JsonProcessingException {
        Sample typed =
                JSON.readValue(
                        """
                        {"text":"a","whole":1,"real":1.5,"flag":true,"day":"2026-11-20","choice":"FIRST"}
                        """,
                        Sample.class);

        assertThat(typed)
                .isEqualTo(new Sample("a", 1, 1.5, true, LocalDate.of(2026, 11, 20), Choice.FIRST));
    }

    @Test
    void refusesNestingDeeperThanSixtyFour() throws JsonProcessingException {
        assertThat(JSON.readTree(nested(64))).isNotNull();
        assertThatThrownBy(() -> JSON.readTree(nested(65)))
                .isInstanceOf(JsonProcessingException.class)
                .hasMessageContaining("nesting depth");
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    private enum Choice {
        FIRST
    }

    private record Sample(
            @Nullable String text,
            @Nullable Integer whole,
            @Nullable Double real,
            @Nullable Boolean flag,
            @Nullable LocalDate day,
            @Nullable Choice choice) {}
}
