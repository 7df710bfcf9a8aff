package dev.parley.agent.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntentParserTest {

    /** A Friday. */
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 20);

    private static final LocalDate TOMORROW = TODAY.plusDays(1);

    private final IntentParser parser = new IntentParser(TODAY);

    static Stream<Arguments> sentences() {
        return Stream.of(
                Arguments.of("Add a task: buy milk", add("buy milk", null, null)),
                Arguments.of("Add a task: buy milk tomorrow", add("buy milk", null, TOMORROW)),
                Arguments.of("add task buy milk", add("buy milk", null, null)),
                Arguments.of(
                        "Please add a new task called \"Buy milk\".", add("Buy milk", null, null)),
                Arguments.of(
                        "Can you create an urgent task to call the bank by Monday?",
                        add("call the bank", "urgent", LocalDate.of(2026, 11, 23))),
                Arguments.of("add buy milk to my list", add("buy milk", null, null)),
                Arguments.of(
                        "remind me to water the plants in 3 days",
                        add("water the plants", null, TODAY.plusDays(3))),
                Arguments.of(
                        "I need to file my taxes due 2027-01-31, high priority",
                        add("file my taxes", "high", LocalDate.of(2027, 1, 31))),
                Arguments.of(
                        "todo: write the report on 24 December with low priority",
                        add("write the report", "low", LocalDate.of(2026, 12, 24))),
                Arguments.of(
                        "Add a task: prepare slides (due next week) priority: high",
                        add("prepare slides", "high", TODAY.plusWeeks(1))),
                Arguments.of(
                        "Show me all my tasks and help me prioritise them",
                        new Intent.Prioritise()),
                Arguments.of("prioritize my tasks", new Intent.Prioritise()),
                Arguments.of("What should I do first?", new Intent.Prioritise()),
                Arguments.of("show my tasks", new Intent.Show(TaskFilter.ALL)),
                Arguments.of("list all tasks", new Intent.Show(TaskFilter.ALL)),
                Arguments.of("What are my tasks?", new Intent.Show(TaskFilter.ALL)),
                Arguments.of("my tasks", new Intent.Show(TaskFilter.ALL)),
                Arguments.of("What is due today?", new Intent.Show(TaskFilter.DUE_TODAY)),
                Arguments.of("which tasks are overdue", new Intent.Show(TaskFilter.OVERDUE)),
                Arguments.of("show completed tasks", new Intent.Show(TaskFilter.COMPLETED)),
                Arguments.of("show me my open tasks please", new Intent.Show(TaskFilter.OPEN)),
                Arguments.of("list tasks due this week", new Intent.Show(TaskFilter.DUE_SOON)),
                Arguments.of(
                        "complete buy milk", new Intent.Change("buy milk", "status", "completed")),
                Arguments.of(
                        "Mark \"Buy milk\" as done",
                        new Intent.Change("Buy milk", "status", "completed")),
                Arguments.of(
                        "mark task 2 as completed", new Intent.Change("2", "status", "completed")),
                Arguments.of(
                        "I have finished the report",
                        new Intent.Change("report", "status", "completed")),
                Arguments.of(
                        "buy milk is done!", new Intent.Change("buy milk", "status", "completed")),
                Arguments.of(
                        "start working on the report",
                        new Intent.Change("report", "status", "in_progress")),
                Arguments.of(
                        "mark the report as in progress",
                        new Intent.Change("report", "status", "in_progress")),
                Arguments.of("reopen buy milk", new Intent.Change("buy milk", "status", "pending")),
                Arguments.of(
                        "rename buy milk to buy oat milk",
                        new Intent.Change("buy milk", "title", "buy oat milk")),
                Arguments.of(
                        "change the title of task 1 to Call the bank",
                        new Intent.Change("1", "title", "Call the bank")),
                Arguments.of("delete buy milk", new Intent.Delete("buy milk")),
                Arguments.of(
                        "remove the task buy milk from my list", new Intent.Delete("buy milk")),
                Arguments.of(
                        "set the due date of buy milk to Friday",
                        new Intent.Change("buy milk", "due_on", "2026-11-27")),
                Arguments.of(
                        "move buy milk to tomorrow",
                        new Intent.Change("buy milk", "due_on", TOMORROW.toString())),
                Arguments.of(
                        "postpone the report until December 1st",
                        new Intent.Change("report", "due_on", "2026-12-01")),
                Arguments.of(
                        "buy milk is due in a week",
                        new Intent.Change("buy milk", "due_on", TODAY.plusWeeks(1).toString())),
                Arguments.of(
                        "remove the due date of buy milk",
                        new Intent.Change("buy milk", "due_on", null)),
                Arguments.of(
                        "set the priority of buy milk to urgent",
                        new Intent.Change("buy milk", "priority", "urgent")),
                Arguments.of(
                        "make buy milk high priority",
                        new Intent.Change("buy milk", "priority", "high")),
                Arguments.of(
                        "set priority of task 3 to medium",
                        new Intent.Change("3", "priority", "normal")),
                Arguments.of("hello", new Intent.Greeting()),
                Arguments.of("Hi there!", new Intent.Greeting()),
                Arguments.of("What can you do?", new Intent.Help()),
                Arguments.of(
                        "set the due date of buy milk to the twelfth of never",
                        new Intent.UnknownDate("the twelfth of never")));
    }

    @ParameterizedTest
    @MethodSource("sentences")
    void understandsSentence(String sentence, Intent intent) {
        assertThat(parser.parse(sentence)).isEqualTo(intent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What is the meaning of life?",
                "tell me a joke",
                "asdf",
                "?",
                "show me the money",
                "🚀"
            })
    void guessesNothingFromSentenceAboutOtherThings(String sentence) {
        assertThat(parser.parse(sentence)).isEqualTo(new Intent.NotUnderstood());
    }

    /**
     * A pattern that takes for ever on a long message would hold a processor: the longest one has
     * to be through at once.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "add a task ",
                "set the due date of ",
                "mark ",
                " ",
                "a, ",
                "please ",
                "due ",
                "\"",
                "rename x to "
            })
    void isDoneSoonWithLongestMessage(String piece) {
        String longest = "Add a task: " + piece.repeat(1_000 / piece.length());

        assertThat(parser.parse(longest.substring(0, 1_000))).isNotNull();
        assertThat(parser.parse(longest + piece)).isEqualTo(new Intent.TooLong(1_000));
    }

    @Test
    void keepsDateInsideOfTitle() {
        assertThat(parser.parse("add a task: plan the tomorrow party"))
                .isEqualTo(add("plan the tomorrow party", null, null));
    }

    private static Intent add(String title, @Nullable String priority, @Nullable LocalDate dueOn) {
        return new Intent.Add(title, Optional.ofNullable(priority), Optional.ofNullable(dueOn));
    }
}
