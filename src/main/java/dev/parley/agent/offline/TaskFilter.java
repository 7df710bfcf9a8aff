package dev.parley.agent.offline;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/** Which tasks to show. The first filter whose pattern occurs in the message is used. */
@SuppressWarnings("ImmutableEnumChecker") // The conditions hold no state
enum TaskFilter {
    OVERDUE(
            "overdue tasks",
            "overdue|(?<!\\w)late(?!\\w)",
            (task, now) -> task.isDueBy(now.minusDays(1))),
    DUE_TODAY("tasks due today", "today", TaskItem::isDueOn),
    DUE_TOMORROW("tasks due tomorrow", "tomorrow", (task, now) -> task.isDueOn(now.plusDays(1))),
    DUE_SOON("tasks due within a week", "week", (task, now) -> task.isDueBy(now.plusWeeks(1))),
    IMPORTANT("urgent or high-priority tasks", "urgent|important|high", TaskFilter::isImportant),
    IN_PROGRESS("tasks in progress", "in progress|started", (task, now) -> task.isInProgress()),
    OPEN(
            "open tasks",
            "(?<!\\w)(open|pending|left|remaining|undone|not done)(?!\\w)",
            (task, now) -> true),
    COMPLETED(
            "completed tasks",
            "(?<!\\w)(completed?|done|finished|closed)(?!\\w)",
            (task, now) -> true),
    ALL("tasks", "", (task, now) -> true);

    private final String words;
    private final Pattern pattern;
    private final BiPredicate<TaskItem, LocalDate> condition;

    TaskFilter(String words, String pattern, BiPredicate<TaskItem, LocalDate> condition) {
        this.words = words;
        this.pattern = Pattern.compile(pattern);
        this.condition = condition;
    }

    static TaskFilter of(String text) {
        String lower = text.toLowerCase(Locale.ENGLISH);
        return Arrays.stream(values())
                .filter(filter -> filter.pattern.matcher(lower).find())
                .findFirst()
                .orElse(ALL);
    }

    String words() {
        return words;
    }

    /** Only {@link #COMPLETED} and {@link #ALL} show completed tasks. */
    boolean shows(TaskItem task, LocalDate today) {
        return (this == ALL || task.isOpen() != (this == COMPLETED)) && condition.test(task, today);
    }

    private static boolean isImportant(TaskItem task, LocalDate today) {
        return task.priority().equals("urgent") || task.priority().equals("high");
    }
}
