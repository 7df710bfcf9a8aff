package dev.parley.quota;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;

/**
 * What a user has used, in UTC.
 *
 * @param days of this month, those on which there was any
 * @param months the latest first, this one among them
 */
public record QuotaHistory(List<OnDay> days, List<InMonth> months) {

    /** Queries of one day. */
    public record OnDay(LocalDate day, int used) {}

    /** Queries of one month. */
    public record InMonth(YearMonth month, int used) {}
}
