package dev.parley.agent.offline;

import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a message asks for. A task is meant by words of its title, or by its number in a list. */
sealed interface Intent {

    /** What the assistant does with tasks, or says without any tool. */
    sealed interface OfTasks extends Intent {}

    /** What it remembers of the user, or forgets. */
    sealed interface OfPreferences extends Intent {}

    record Add(String title, Optional<String> priority, Optional<LocalDate> dueOn)
            implements OfTasks {}

    /** Sets a field of a task to a value; to none where the value is null. */
    record Change(String task, String field, @Nullable String value) implements OfTasks {}

    record CompleteAll() implements OfTasks {}

    record Delete(String task) implements OfTasks {}

    record Show(TaskFilter filter) implements OfTasks {}

    record Prioritise() implements OfTasks {}

    /** Understood up to the date, which is none. */
    record UnknownDate(String words) implements OfTasks {}

    record Greeting() implements OfTasks {}

    record Help() implements OfTasks {}

    record TooLong(int longest) implements OfTasks {}

    record NotUnderstood() implements OfTasks {}

    record Remember(String what) implements OfPreferences {}

    record Recall() implements OfPreferences {}

    record Forget(String what) implements OfPreferences {}

    record ForgetAll() implements OfPreferences {}
}
