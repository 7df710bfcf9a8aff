package dev.parley.agent.assistant;

import java.time.LocalDate;
import java.util.Optional;

/**
 * What the assistant understands. A task is meant by its title, a part of it, or its number in the
 * list.
 */
sealed interface Request {

    /** Something to do with tasks, or to be told by whoever keeps them. */
    sealed interface AboutTasks extends Request {}

    /** Something to remember of the user, or to forget. */
    sealed interface AboutUser extends Request {}

    record Remember(String what) implements AboutUser {}

    record Recall() implements AboutUser {}

    record Forget(String what) implements AboutUser {}

    record ForgetAll() implements AboutUser {}

    record Add(String title, Optional<String> priority, Optional<LocalDate> dueOn)
            implements AboutTasks {}

    record Show(Filter filter) implements AboutTasks {}

    record Prioritise() implements AboutTasks {}

    record ChangeStatus(String task, String status) implements AboutTasks {}

    record Rename(String task, String title) implements AboutTasks {}

    record SetDue(String task, Optional<LocalDate> dueOn) implements AboutTasks {}

    record SetPriority(String task, String priority) implements AboutTasks {}

    record Delete(String task) implements AboutTasks {}

    record Greeting() implements AboutTasks {}

    record Help() implements AboutTasks {}

    /** Understood as far as the date, which is none. */
    record UnknownDate(String words) implements AboutTasks {}

    /** Not looked at. */
    record TooLong(int longest) implements AboutTasks {}

    record NotUnderstood() implements AboutTasks {}

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
