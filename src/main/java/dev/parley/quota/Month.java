package dev.parley.quota;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** A calendar month in UTC, told by its first day. */
record Month(LocalDate firstDay) {

    static Month current(Clock clock) {
        return new Month(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).withDayOfMonth(1));
    }

    Instant endsAt() {
        return firstDay.plusMonths(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
