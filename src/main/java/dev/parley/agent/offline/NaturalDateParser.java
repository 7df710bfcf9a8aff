package dev.parley.agent.offline;

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
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parses and formats dates as people write them, relative to a given day. */
final class NaturalDateParser {

    /** Each word is at the index of its number; "a" and "an" mean one. */
    private static final List<String> NUMBERS =
            List.of("a one two three four five six seven eight nine ten".split(" "));

    /** A regular expression for every date that this class can read, for use in other patterns. */
    static final String ANY =
            """
            (?:(?<iso>\\d{4}-\\d{2}-\\d{2})
            |(?<day1>\\d{1,2})\\.(?<month1>\\d{1,2})\\.(?<year1>\\d{4})?
            |(?<day2>\\d{1,2})(?:st|nd|rd|th)?(?: of)? (?<month2>%1$s)(?:,? (?<year2>\\d{4}))?
            |(?<month3>%1$s) (?<day3>\\d{1,2})(?:st|nd|rd|th)?(?:,? (?<year3>\\d{4}))?
            |in (?<number>\\d{1,3}|an|%2$s) (?<unit>day|week|month)s?
            |(?:(?:this|next|coming) )?(?<weekday>%3$s)
            |(?:the )?(?<words>today|tonight|tomorrow|yesterday|day after tomorrow|next week
            |next month|end of (?:the|this) (?<end>week|month)))\
            """
                    .formatted(
                            names(Month.values()),
                            String.join("|", NUMBERS),
                            names(DayOfWeek.values()))
                    .replace("\n", "");

    private static final Pattern DATE = Pattern.compile(ANY, Pattern.CASE_INSENSITIVE);

    private final LocalDate today;

    NaturalDateParser(LocalDate today) {
        this.today = today;
    }

    /**
     * The date that the words mean: the next possible day if there are several; empty if the words
     * are not a date.
     */
    Optional<LocalDate> read(String words) {
        Matcher matcher = DATE.matcher(words.strip());
        try {
            return matcher.matches() ? Optional.of(date(matcher)) : Optional.empty();
        } catch (DateTimeException failure) {
            return Optional.empty();
        }
    }

    /** Formats a date, such as {@code tomorrow (Sat, 2026-11-21)}. */
    String write(LocalDate date) {
        String day =
                date.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH) + ", " + date;
        return switch ((int) ChronoUnit.DAYS.between(today, date)) {
            case 0 -> "today (" + day + ")";
            case 1 -> "tomorrow (" + day + ")";
            default -> day;
        };
    }

    private LocalDate date(Matcher matcher) {
        if (matcher.group("iso") != null) {
            return LocalDate.parse(matcher.group("iso"));
        }
        if (matcher.group("unit") != null) {
            ChronoUnit unit = ChronoUnit.valueOf(upper(matcher.group("unit")) + "S");
            return today.plus(number(matcher.group("number")), unit);
        }
        if (matcher.group("weekday") != null) {
            DayOfWeek day = DayOfWeek.valueOf(upper(matcher.group("weekday")));
            return today.with(TemporalAdjusters.next(day));
        }
        for (int form = 1; form <= 3; form++) {
            if (matcher.group("day" + form) != null) {
                return day(
                        matcher.group("year" + form),
                        matcher.group("month" + form),
                        matcher.group("day" + form));
            }
        }
        return switch (matcher.group("words").toLowerCase(Locale.ENGLISH)) {
            case "today", "tonight" -> today;
            case "tomorrow" -> today.plusDays(1);
            case "yesterday" -> today.minusDays(1);
            case "day after tomorrow" -> today.plusDays(2);
            case "next week" -> today.plusWeeks(1);
            case "next month" -> today.plusMonths(1);
            default ->
                    today.with(
                            matcher.group("end").equalsIgnoreCase("week")
                                    ? TemporalAdjusters.nextOrSame(DayOfWeek.SUNDAY)
                                    : TemporalAdjusters.lastDayOfMonth());
        };
    }

    /** A date of a day, a month and an optional year; without a year, the next such day. */
    private LocalDate day(@Nullable String year, String month, String day) {
        int monthOfYear =
                Character.isDigit(month.charAt(0))
                        ? Integer.parseInt(month)
                        : Month.valueOf(upper(month)).getValue();
        int dayOfMonth = Integer.parseInt(day);
        if (year != null) {
            return LocalDate.of(Integer.parseInt(year), monthOfYear, dayOfMonth);
        }
        LocalDate thisYear = LocalDate.of(today.getYear(), monthOfYear, dayOfMonth);
        return thisYear.isBefore(today) ? thisYear.plusYears(1) : thisYear;
    }

    private static int number(String words) {
        if (Character.isDigit(words.charAt(0))) {
            return Integer.parseInt(words);
        }
        return Math.max(1, NUMBERS.indexOf(words.toLowerCase(Locale.ENGLISH)));
    }

    private static String names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).collect(Collectors.joining("|"));
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ENGLISH);
    }
}
