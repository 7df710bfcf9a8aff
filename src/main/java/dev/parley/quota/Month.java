package dev.parley.quota;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;

/** A calendar month in UTC, identified by its first day. */
public record Month(LocalDate firstDay) {

    static Month current(Clock clock) {
        return of(clock.instant());
    }

    static Month of(Instant time) {
        return new Month(LocalDate.ofInstant(time, ZoneOffset.UTC).withDayOfMonth(1));
    }

    Month next() {
        return new Month(firstDay.plusMonths(1));
    }

    Month before(int months) {
        return new Month(firstDay.minusMonths(months));
    }

    Instant endsAt() {
        return firstDay.plusMonths(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** In ISO 8601 format, such as {@code 2026-11}. */
    @Override
    public String toString() {
        return YearMonth.from(firstDay).toString();
    }
}
