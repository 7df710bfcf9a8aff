package dev.parley.agent.assistant;

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

class UnderstandingTest {

    /** A Friday. */
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 20);

    private static final LocalDate TOMORROW = TODAY.plusDays(1);

    private final Understanding understanding = new Understanding(TODAY);

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
                        new Request.Prioritise()),
                Arguments.of("prioritize my tasks", new Request.Prioritise()),
                Arguments.of("What should I do first?", new Request.Prioritise()),
                Arguments.of("show my tasks", new Request.Show(Request.Filter.ALL)),
                Arguments.of("list all tasks", new Request.Show(Request.Filter.ALL)),
                Arguments.of("What are my tasks?", new Request.Show(Request.Filter.ALL)),
                Arguments.of("my tasks", new Request.Show(Request.Filter.ALL)),
                Arguments.of("What is due today?", new Request.Show(Request.Filter.DUE_TODAY)),
                Arguments.of("which tasks are overdue", new Request.Show(Request.Filter.OVERDUE)),
                Arguments.of("show completed tasks", new Request.Show(Request.Filter.COMPLETED)),
                Arguments.of("show me my open tasks please", new Request.Show(Request.Filter.OPEN)),
                Arguments.of(
                        "list tasks due this week",
                        new Request.Show(Request.Filter.DUE_WITHIN_A_WEEK)),
                Arguments.of(
                        "complete buy milk", new Request.ChangeStatus("buy milk", "completed")),
                Arguments.of(
                        "Mark \"Buy milk\" as done",
                        new Request.ChangeStatus("Buy milk", "completed")),
                Arguments.of(
                        "mark task 2 as completed", new Request.ChangeStatus("2", "completed")),
                Arguments.of(
                        "I have finished the report",
                        new Request.ChangeStatus("report", "completed")),
                Arguments.of(
                        "buy milk is done!", new Request.ChangeStatus("buy milk", "completed")),
                Arguments.of(
                        "start working on the report",
                        new Request.ChangeStatus("report", "in_progress")),
                Arguments.of(
                        "mark the report as in progress",
                        new Request.ChangeStatus("report", "in_progress")),
                Arguments.of("reopen buy milk", new Request.ChangeStatus("buy milk", "pending")),
                Arguments.of(
                        "rename buy milk to buy oat milk",
                        new Request.Rename("buy milk", "buy oat milk")),
                Arguments.of(
                        "change the title of task 1 to Call the bank",
                        new Request.Rename("1", "Call the bank")),
                Arguments.of("delete buy milk", new Request.Delete("buy milk")),
                Arguments.of(
                        "remove the task buy milk from my list", new Request.Delete("buy milk")),
                Arguments.of(
                        "set the due date of buy milk to Friday",
                        new Request.SetDue("buy milk", Optional.of(LocalDate.of(2026, 11, 27)))),
                Arguments.of(
                        "move buy milk to tomorrow",
                        new Request.SetDue("buy milk", Optional.of(TOMORROW))),
                Arguments.of(
                        "postpone the report until December 1st",
                        new Request.SetDue("report", Optional.of(LocalDate.of(2026, 12, 1)))),
                Arguments.of(
                        "buy milk is due in a week",
                        new Request.SetDue("buy milk", Optional.of(TODAY.plusWeeks(1)))),
                Arguments.of(
                        "remove the due date of buy milk",
                        new Request.SetDue("buy milk", Optional.empty())),
                Arguments.of(
                        "set the priority of buy milk to urgent",
                        new Request.SetPriority("buy milk", "urgent")),
                Arguments.of(
                        "make buy milk high priority", new Request.SetPriority("buy milk", "high")),
                Arguments.of(
                        "set priority of task 3 to medium", new Request.SetPriority("3", "normal")),
                Arguments.of("hello", new Request.Greeting()),
                Arguments.of("Hi there!", new Request.Greeting()),
                Arguments.of("What can you do?", new Request.Help()),
                Arguments.of(
                        "set the due date of buy milk to the twelfth of never",
                        new Request.UnknownDate("the twelfth of never")));
    }

    @ParameterizedTest
    @MethodSource("sentences")
    void understandsSentence(String sentence, Request request) {
        assertThat(understanding.understand(sentence)).isEqualTo(request);
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
        assertThat(understanding.understand(sentence)).isEqualTo(new Request.NotUnderstood());
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

        assertThat(understanding.understand(longest.substring(0, 1_000))).isNotNull();
        assertThat(understanding.understand(longest + piece)).isEqualTo(new Request.TooLong(1_000));
    }

    @Test
    void keepsDateInsideOfTitle() {
        assertThat(understanding.understand("add a task: plan the tomorrow party"))
                .isEqualTo(add("plan the tomorrow party", null, null));
    }

    private static Request add(String title, @Nullable String priority, @Nullable LocalDate dueOn) {
        return new Request.Add(title, Optional.ofNullable(priority), Optional.ofNullable(dueOn));
    }
}
