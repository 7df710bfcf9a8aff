package dev.parley.agent.offline;

import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The intent of a message. A task is named by words of its title, or by its number in a list. */
sealed interface Intent {

    /** An intent about tasks, or an intent that needs no tool. */
    sealed interface OfTasks extends Intent {}

    /** An intent about what to remember of the user. */
    sealed interface OfPreferences extends Intent {}

    record Add(String title, Optional<String> priority, Optional<LocalDate> dueOn)
            implements OfTasks {}

    /** Sets a field of a task to a value, or clears the field if the value is null. */
    record Change(String task, String field, @Nullable String value) implements OfTasks {}

    record CompleteAll() implements OfTasks {}

    record Delete(String task) implements OfTasks {}

    record Show(TaskFilter filter) implements OfTasks {}

    record Prioritise() implements OfTasks {}

    /** An understood request with words that are not a date. */
    record UnknownDate(String words) implements OfTasks {}

    record Greeting() implements OfTasks {}

    record Help() implements OfTasks {}

    record TooLong(int maxLength) implements OfTasks {}

    record NotUnderstood() implements OfTasks {}

    record Remember(String what) implements OfPreferences {}

    record Recall() implements OfPreferences {}

    record Forget(String what) implements OfPreferences {}

    record ForgetAll() implements OfPreferences {}
}
