package dev.parley.agent.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which task is meant by words. */
class SearchTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"all", "All!", "the rest", "it", "everything", "one", "my tasks", "", "?"})
    void findsNoTaskForWordsThatMeanNoTitle(String words) {
        List<TaskItem> tasks =
                List.of(
                        open("call all friends"),
                        open("plant the rest"),
                        open("do it"),
                        open("sell everything"),
                        open("one"),
                        open("sort my tasks"));

        assertThat(Search.find(tasks, words)).isEmpty();
    }

    @Test
    void findsNoTaskForPartOfWord() {
        assertThat(Search.find(List.of(open("start the engine"), open("phone")), "art")).isEmpty();
        assertThat(Search.find(List.of(open("telephone")), "phone")).isEmpty();
    }

    @Test
    void prefersWholeTitleToPartOfIt() {
        assertThat(found(List.of(open("buy milk and bread"), open("buy milk")), "Buy milk"))
                .containsExactly("buy milk");
    }

    @Test
    void prefersWordsInTheirOrderToWordsInAny() {
        assertThat(found(List.of(open("milk for me to buy"), open("then buy milk")), "buy milk"))
                .containsExactly("then buy milk");
        assertThat(found(List.of(open("milk for me to buy")), "buy milk"))
                .containsExactly("milk for me to buy");
    }

    @Test
    void findsNoTaskThatHasSomeOfWordsOnly() {
        assertThat(Search.find(List.of(open("buy bread")), "buy milk")).isEmpty();
    }

    @Test
    void findsAllThatMatchEquallyWell() {
        assertThat(found(List.of(open("call mum"), open("call dad")), "call"))
                .containsExactly("call mum", "call dad");
    }

    @Test
    void prefersOpenTasksToCompletedOnes() {
        TaskItem completed = task("call mum", "completed");

        assertThat(found(List.of(completed, open("call dad")), "call")).containsExactly("call dad");
        assertThat(found(List.of(completed), "call")).containsExactly("call mum");
    }

    private static List<String> found(List<TaskItem> tasks, String words) {
        return Search.find(tasks, words).stream().map(TaskItem::title).toList();
    }

    private static TaskItem open(String title) {
        return task(title, "pending");
    }

    private static TaskItem task(String title, String status) {
        return new TaskItem("id", title, status, "normal", Optional.empty(), Instant.EPOCH);
    }
}
