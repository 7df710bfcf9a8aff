package dev.parley.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestClock;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.YearMonth;
import org.junit.jupiter.api.Test;

/** A month of queries, as its user sees it. */
@ParleyTest
class QuotaTest {

    @Inject TestClock clock;

    @Test
    void tellsThatCountStartsAnewWithNextMonthOfCalendar() {
        Person person = Person.registered();

        assertThat(resetsAt(person, "2031-02-14T12:00:00Z")).isEqualTo("2031-03-01T00:00:00Z");
        assertThat(resetsAt(person, "2031-12-31T23:00:00Z")).isEqualTo("2032-01-01T00:00:00Z");
        assertThat(resetsAt(person, "2031-03-31T00:00:00Z")).isEqualTo("2031-04-01T00:00:00Z");
    }

    @Test
    void tellsRefusedUserThatCountStartsAnewWithNextMonthOfCalendar() {
        Person person = Person.registered();

        try (TestClock.Moved _ = clock.moveTo(Instant.parse("2031-02-14T00:00:00Z"))) {
            Postgres.database().setUsed(person, YearMonth.of(2031, 2), 1_000);
            Person.ApiResponse refused = person.says("one", "echo");

            assertThat(refused.code()).isEqualTo("quota_exhausted");
            assertThat(refused.text("detail")).contains("2031-03-01T00:00:00Z");
            assertThat(Long.parseLong(refused.header("Retry-After")))
                    .isBetween(15 * 86_400L - 60, 15 * 86_400L);
        }
    }

    @Test
    void countsAnewInNextMonth() {
        Person person = Person.registered();
        YearMonth february = YearMonth.of(2031, 2);

        try (TestClock.Moved _ = clock.moveTo(Instant.parse("2031-02-14T00:00:00Z"))) {
            Postgres.database().setUsed(person, february, 999);
            assertThat(person.says("one", "echo").status()).isEqualTo(200);
            assertThat(person.says("two", "echo").code()).isEqualTo("quota_exhausted");
        }
        try (TestClock.Moved _ = clock.moveTo(Instant.parse("2031-03-01T00:00:00Z"))) {
            assertThat(person.gets("/api/me/quota").json().path("used").asInt()).isZero();
            assertThat(person.says("three", "echo").status()).isEqualTo(200);
        }

        assertThat(Postgres.database().usedBy(person, february)).isEqualTo(1_000);
        assertThat(Postgres.database().chargesOf(person, february)).isEqualTo(1);
        assertThat(Postgres.database().usedBy(person, february.plusMonths(1))).isEqualTo(1);
        assertThat(Postgres.database().chargesOf(person, february.plusMonths(1))).isEqualTo(1);
    }

    private String resetsAt(Person person, String now) {
        try (TestClock.Moved _ = clock.moveTo(Instant.parse(now))) {
            return person.gets("/api/me/quota").text("resets_at");
        }
    }
}
