package dev.parley.agent.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NaturalDateParserTest {

    private final NaturalDateParser dates = new NaturalDateParser(LocalDate.of(2026, 11, 20));

    @ParameterizedTest
    @CsvSource({
        "today, 2026-11-20",
        "tonight, 2026-11-20",
        "Tomorrow, 2026-11-21",
        "the day after tomorrow, 2026-11-22",
        "yesterday, 2026-11-19",
        "friday, 2026-11-27",
        "next Monday, 2026-11-23",
        "this saturday, 2026-11-21",
        "in 3 days, 2026-11-23",
        "in two weeks, 2026-12-04",
        "in a month, 2026-12-20",
        "next week, 2026-11-27",
        "next month, 2026-12-20",
        "end of the week, 2026-11-22",
        "the end of the month, 2026-11-30",
        "2027-02-28, 2027-02-28",
        "24 December, 2026-12-24",
        "24th of December, 2026-12-24",
        "December 24th, 2026-12-24",
        "'December 24, 2027', 2027-12-24",
        "1 March, 2027-03-01",
        "24.12., 2026-12-24",
        "24.12.2028, 2028-12-24",
    })
    void readsDateInWords(String words, LocalDate date) {
        assertThat(dates.read(words)).contains(date);
        assertThat(words).matches("(?i)" + NaturalDateParser.ANY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30 February", "2026-13-01", "someday", "32.1.", "", "in days"})
    void readsNoDateFromOtherWords(String words) {
        assertThat(dates.read(words)).isEmpty();
    }

    @Test
    void writesDateSoThatDayIsClear() {
        assertThat(dates.write(LocalDate.of(2026, 11, 20))).isEqualTo("today (Fri, 2026-11-20)");
        assertThat(dates.write(LocalDate.of(2026, 11, 21))).isEqualTo("tomorrow (Sat, 2026-11-21)");
        assertThat(dates.write(LocalDate.of(2026, 12, 24))).isEqualTo("Thu, 2026-12-24");
    }
}
