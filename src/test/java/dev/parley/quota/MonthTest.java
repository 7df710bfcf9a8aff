package dev.parley.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Months of the calendar, in UTC, whatever the machine's own time zone is. */
class MonthTest {

    private static final TimeZone OF_THE_MACHINE = TimeZone.getDefault();

    @BeforeEach
    void liveWhereItIsTomorrow() {
        TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
    }

    @AfterEach
    void liveHere() {
        TimeZone.setDefault(OF_THE_MACHINE);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T12:00:00Z, 2026-02-01T00:00:00Z",
        "2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z",
        "2028-02-29T12:00:00Z, 2028-03-01T00:00:00Z",
        "2026-04-30T23:59:59.999999Z, 2026-05-01T00:00:00Z",
        "2026-12-31T23:59:59Z, 2027-01-01T00:00:00Z",
    })
    void endsWhereNextMonthOfCalendarBegins(Instant now, Instant end) {
        assertThat(month(now).endsAt()).isEqualTo(end);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-30T23:59:59.999999Z, 2026-11-01",
        "2026-12-01T00:00:00Z, 2026-12-01",
        "2026-12-31T23:59:59.999999Z, 2026-12-01",
        "2027-01-01T00:00:00Z, 2027-01-01",
    })
    void changesAtMidnightOfUtc(Instant now, LocalDate firstDay) {
        assertThat(month(now).firstDay()).isEqualTo(firstDay);
        assertThat(Month.current(Clock.fixed(now, ZoneId.of("America/Los_Angeles"))).firstDay())
                .isEqualTo(firstDay);
    }

    @ParameterizedTest
    @CsvSource({"0, 2027-01-01", "1, 2026-12-01", "11, 2026-02-01", "23, 2025-02-01"})
    void countsMonthsBack(int months, LocalDate firstDay) {
        Month january = month(Instant.parse("2027-01-31T00:00:00Z"));

        assertThat(january.before(months).firstDay()).isEqualTo(firstDay);
    }

    @Test
    void isWrittenAsYearAndMonth() {
        assertThat(month(Instant.parse("2026-02-28T00:00:00Z"))).hasToString("2026-02");
    }

    private static Month month(Instant now) {
        return Month.current(Clock.fixed(now, ZoneOffset.UTC));
    }
}
