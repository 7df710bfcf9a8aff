package dev.parley.agent.assistant;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.Month;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Dates as people write them, seen from a given day; and back again. */
final class DatesInWords {

    private static final Map<String, Integer> NUMBERS =
            Map.ofEntries(
                    Map.entry("a", 1),
                    Map.entry("an", 1),
                    Map.entry("one", 1),
                    Map.entry("two", 2),
                    Map.entry("three", 3),
                    Map.entry("four", 4),
                    Map.entry("five", 5),
                    Map.entry("six", 6),
                    Map.entry("seven", 7),
                    Map.entry("eight", 8),
                    Map.entry("nine", 9),
                    Map.entry("ten", 10));

    private static final String WEEKDAY =
            names(
                    Arrays.asList(DayOfWeek.values()),
                    d -> d.getDisplayName(TextStyle.FULL, Locale.ENGLISH));
    private static final String MONTH =
            names(
                    Arrays.asList(Month.values()),
                    m -> m.getDisplayName(TextStyle.FULL, Locale.ENGLISH));
    private static final String NUMBER = "(?:\\d{1,3}|" + String.join("|", NUMBERS.keySet()) + ")";

    private static final Pattern ISO = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})");
    private static final Pattern DAY_FIRST_NUMBERS =
            Pattern.compile("(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})?");
    private static final Pattern DAY_MONTH =
            Pattern.compile("(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (" + MONTH + ")(?:,? (\\d{4}))?");
    private static final Pattern MONTH_DAY =
            Pattern.compile("(" + MONTH + ") (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?");
    private static final Pattern IN_SOME_TIME =
            Pattern.compile("in (" + NUMBER + ") (day|week|month)s?");
    private static final Pattern A_WEEKDAY =
            Pattern.compile("(?:(?:this|next|coming) )?(" + WEEKDAY + ")");

    /** A pattern that takes in whatever this class can read, for use inside of others. */
    static final String ANY =
            "(?:\\d{4}-\\d{2}-\\d{2}|\\d{1,2}\\.\\d{1,2}\\.(?:\\d{4})?|\\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:%1$s)(?:,? \\d{4})?|(?:%1$s) \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?|in %2$s (?:day|week|month)s?|(?:(?:this|next|coming) )?(?:%3$s)|the day after tomorrow|day after tomorrow|today|tonight|tomorrow|yesterday|next week|next month|(?:the )?end of (?:the|this) (?:week|month))"
                    .formatted(MONTH, NUMBER, WEEKDAY);

    private final LocalDate today;

    DatesInWords(LocalDate today) {
        this.today = today;
    }

    /**
     * The date that the words mean, the next such day where there are several; empty where they
     * mean none.
     */
    Optional<LocalDate> read(String words) {
        String said = words.strip().toLowerCase(Locale.ENGLISH);
        try {
            return fixed(said)
                    .or(() -> relative(said))
                    .or(() -> inNumbers(said))
                    .or(() -> withMonth(said));
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }

    /** Such as {@code tomorrow (Sat, 2026-11-21)}. */
    String write(LocalDate date) {
        String day =
                date.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH) + ", " + date;
        long days = ChronoUnit.DAYS.between(today, date);
        if (days == 0) {
            return "today (" + day + ")";
        }
        return days == 1 ? "tomorrow (" + day + ")" : day;
    }

    private Optional<LocalDate> fixed(String said) {
        return switch (said.startsWith("the ") ? said.substring(4) : said) {
            case "today", "tonight" -> Optional.of(today);
            case "tomorrow" -> Optional.of(today.plusDays(1));
            case "yesterday" -> Optional.of(today.minusDays(1));
            case "day after tomorrow" -> Optional.of(today.plusDays(2));
            case "next week" -> Optional.of(today.plusWeeks(1));
            case "next month" -> Optional.of(today.plusMonths(1));
            case "end of the week", "end of this week" ->
                    Optional.of(today.with(TemporalAdjusters.nextOrSame(DayOfWeek.SUNDAY)));
            case "end of the month", "end of this month" ->
                    Optional.of(today.with(TemporalAdjusters.lastDayOfMonth()));
            default -> Optional.empty();
        };
    }

    private Optional<LocalDate> relative(String said) {
        Matcher some = IN_SOME_TIME.matcher(said);
        if (some.matches()) {
            int number =
                    NUMBERS.containsKey(some.group(1))
                            ? NUMBERS.get(some.group(1))
                            : Integer.parseInt(some.group(1));
            return Optional.of(
                    switch (some.group(2)) {
                        case "day" -> today.plusDays(number);
                        case "week" -> today.plusWeeks(number);
                        default -> today.plusMonths(number);
                    });
        }
        Matcher weekday = A_WEEKDAY.matcher(said);
        return weekday.matches()
                ? Optional.of(
                        today.with(
                                TemporalAdjusters.next(
                                        DayOfWeek.valueOf(
                                                weekday.group(1).toUpperCase(Locale.ENGLISH)))))
                : Optional.empty();
    }

    private Optional<LocalDate> inNumbers(String said) {
        Matcher iso = ISO.matcher(said);
        if (iso.matches()) {
            return Optional.of(
                    LocalDate.of(number(iso.group(1)), number(iso.group(2)), number(iso.group(3))));
        }
        Matcher dayFirst = DAY_FIRST_NUMBERS.matcher(said);
        return dayFirst.matches()
                ? Optional.of(
                        day(
                                dayFirst.group(3),
                                number(dayFirst.group(2)),
                                number(dayFirst.group(1))))
                : Optional.empty();
    }

    private Optional<LocalDate> withMonth(String said) {
        Matcher dayMonth = DAY_MONTH.matcher(said);
        if (dayMonth.matches()) {
            return Optional.of(
                    day(dayMonth.group(3), month(dayMonth.group(2)), number(dayMonth.group(1))));
        }
        Matcher monthDay = MONTH_DAY.matcher(said);
        return monthDay.matches()
                ? Optional.of(
                        day(monthDay.group(3), month(monthDay.group(1)), number(monthDay.group(2))))
                : Optional.empty();
    }

    /** Without a year the next such day is meant. */
    private LocalDate day(@Nullable String year, int month, int day) {
        if (year != null) {
            return LocalDate.of(number(year), month, day);
        }
        LocalDate thisYear = LocalDate.of(today.getYear(), month, day);
        return thisYear.isBefore(today) ? thisYear.plusYears(1) : thisYear;
    }

    private static int month(String name) {
        return Month.valueOf(name.toUpperCase(Locale.ENGLISH)).getValue();
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }

    private static <T> String names(List<T> things, Function<T, String> name) {
        return things.stream()
                .map(name)
                .map(n -> n.toLowerCase(Locale.ENGLISH))
                .collect(Collectors.joining("|"));
    }
}
