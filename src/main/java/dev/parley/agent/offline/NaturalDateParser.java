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

/** Dates as people write them, seen from a given day; and back again. */
final class NaturalDateParser {

    /** Each at the place of its number; "a" and "an" are one. */
    private static final List<String> NUMBERS =
            List.of("a one two three four five six seven eight nine ten".split(" "));

    /** A pattern that takes in whatever this class can read, for use inside of others. */
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
     * The date that the words mean, the next such day where there are several; empty where they
     * mean none.
     */
    Optional<LocalDate> read(String words) {
        Matcher said = DATE.matcher(words.strip());
        try {
            return said.matches() ? Optional.of(date(said)) : Optional.empty();
        } catch (DateTimeException failure) {
            return Optional.empty();
        }
    }

    /** Such as {@code tomorrow (Sat, 2026-11-21)}. */
    String write(LocalDate date) {
        String day =
                date.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH) + ", " + date;
        return switch ((int) ChronoUnit.DAYS.between(today, date)) {
            case 0 -> "today (" + day + ")";
            case 1 -> "tomorrow (" + day + ")";
            default -> day;
        };
    }

    private LocalDate date(Matcher said) {
        if (said.group("iso") != null) {
            return LocalDate.parse(said.group("iso"));
        }
        if (said.group("unit") != null) {
            ChronoUnit unit = ChronoUnit.valueOf(upper(said.group("unit")) + "S");
            return today.plus(number(said.group("number")), unit);
        }
        if (said.group("weekday") != null) {
            DayOfWeek day = DayOfWeek.valueOf(upper(said.group("weekday")));
            return today.with(TemporalAdjusters.next(day));
        }
        for (int form = 1; form <= 3; form++) {
            if (said.group("day" + form) != null) {
                return day(
                        said.group("year" + form),
                        said.group("month" + form),
                        said.group("day" + form));
            }
        }
        return switch (said.group("words").toLowerCase(Locale.ENGLISH)) {
            case "today", "tonight" -> today;
            case "tomorrow" -> today.plusDays(1);
            case "yesterday" -> today.minusDays(1);
            case "day after tomorrow" -> today.plusDays(2);
            case "next week" -> today.plusWeeks(1);
            case "next month" -> today.plusMonths(1);
            default ->
                    today.with(
                            said.group("end").equalsIgnoreCase("week")
                                    ? TemporalAdjusters.nextOrSame(DayOfWeek.SUNDAY)
                                    : TemporalAdjusters.lastDayOfMonth());
        };
    }

    /** Without a year the next such day is meant. */
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
