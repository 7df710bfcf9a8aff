package dev.parley.quota;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;

/**
 * The queries that a user has used, per day and per month (UTC).
 *
 * @param days the days of the current month with at least one query
 * @param months the latest month first, including the current month
 */
public record QuotaHistory(List<OnDay> days, List<InMonth> months) {

    /** The queries of one day. */
    public record OnDay(LocalDate day, int used) {}

    /** The queries of one month. */
    public record InMonth(YearMonth month, int used) {}
}
