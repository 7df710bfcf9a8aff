package dev.parley.agent.assistant;

import java.time.LocalDate;
import java.util.Optional;

/**
 * What the assistant understands. A task is meant by its title, a part of it, or its number in the
 * list.
 */
sealed interface Request {

    record Add(String title, Optional<String> priority, Optional<LocalDate> dueOn)
            implements Request {}

    record Show(Filter filter) implements Request {}

    record Prioritise() implements Request {}

    record ChangeStatus(String task, String status) implements Request {}

    record Rename(String task, String title) implements Request {}

    record SetDue(String task, Optional<LocalDate> dueOn) implements Request {}

    record SetPriority(String task, String priority) implements Request {}

    record Delete(String task) implements Request {}

    record Greeting() implements Request {}

    record Help() implements Request {}

    /** Understood as far as the date, which is none. */
    record UnknownDate(String words) implements Request {}

    /** Not looked at. */
    record TooLong(int longest) implements Request {}

    record NotUnderstood() implements Request {}

    /** Which tasks to show. */
    enum Filter {
        ALL("tasks"),
        OPEN("open tasks"),
        IN_PROGRESS("tasks in progress"),
        COMPLETED("completed tasks"),
        OVERDUE("overdue tasks"),
        DUE_TODAY("tasks due today"),
        DUE_TOMORROW("tasks due tomorrow"),
        DUE_WITHIN_A_WEEK("tasks due within a week"),
        IMPORTANT("urgent or high-priority tasks");

        private final String words;

        Filter(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }
}
