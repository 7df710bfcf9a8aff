package dev.parley.agent.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The offline assistant at work on a real user's tasks. */
@ParleyTest
class OfflineAssistantTest {

    private Person person = new Person("", new UUID(0, 0), "");
    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

    @BeforeEach
    void comesIn() {
        person = Person.registered();
    }

    @Test
    void addsListsRanksChangesAndDeletesTasks() {
        assertThat(says("Add a task: buy milk tomorrow"))
                .contains("I have added \"buy milk\"")
                .contains("tomorrow");
        assertThat(says("Add an urgent task: call the bank")).contains("priority urgent");
        assertThat(says("Add a task: sort the photos with low priority"))
                .contains("sort the photos");

        String ranked = says("Show me all my tasks and help me prioritise them");
        assertThat(ranked)
                .contains("3 open tasks")
                .contains("1. call the bank — urgent")
                .contains("2. buy milk — due tomorrow")
                .contains("3. sort the photos — low priority")
                .contains("Begin with \"call the bank\": it is urgent.");

        assertThat(says("complete the bank")).contains("\"call the bank\" is completed");
        assertThat(says("rename photos to sort the old photos"))
                .contains("now called \"sort the old photos\"");
        assertThat(says("set the due date of photos to " + today.minusDays(2)))
                .contains("is now due");
        assertThat(says("what is overdue?"))
                .contains("1 overdue task")
                .contains("overdue by 2 days");
        assertThat(says("make buy milk high priority")).contains("high priority");
        assertThat(says("delete milk")).contains("\"buy milk\" is deleted");
        assertThat(says("show completed tasks")).contains("call the bank");
        assertThat(person.gets("/api/tasks").json().path("data")).hasSize(2);
    }

    /** Each of these once deleted or completed a task that merely has the letters in its title. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete all",
                "delete it",
                "drop it",
                "delete a",
                "delete one",
                "delete the rest",
                "delete this",
                "delete them",
                "delete done",
                "remove that",
                "mark all as done",
                "all is done",
                "it is done",
                "I did it",
                "mark it as done",
                "finish up",
                "start now",
                "delete 1",
                "delete -1",
            })
    void changesNoTaskForWordsThatAreNoTitle(String message) {
        for (String title :
                List.of(
                        "call mom",
                        "write report",
                        "phone bank",
                        "forest walk",
                        "thistle seeds",
                        "theme park",
                        "abandoned car",
                        "buy that hat",
                        "buy cups",
                        "know thyself")) {
            person.posts("/api/tasks", "{\"title\":\"%s\"}".formatted(title));
        }

        says(message);

        assertThat(person.gets("/api/tasks?status=pending").json().path("data")).hasSize(10);
    }

    @Test
    void takesNumberForTaskThatBoreItInShownList() {
        String conversation =
                person.says("add task first, urgent", "offline").text("conversation_id");
        person.says("add task second, high priority", "offline", conversation);
        person.says("add task third", "offline", conversation);

        String list = person.says("show my tasks", "offline", conversation).reply();
        person.says("complete 1", "offline", conversation);
        String deleted = person.says("delete task 2", "offline", conversation).reply();

        assertThat(list).contains("1. first").contains("2. second").contains("3. third");
        assertThat(deleted).isEqualTo("\"second\" is deleted.");
        assertThat(says("delete 2")).contains("I have not shown you a list");
    }

    @Test
    void saysSoWhereItHasNotLookedAtAllTasks() {
        Postgres.database()
                .change(
                        """
                        insert into tasks (id, user_id, title, status, priority, created_at, updated_at)
                        select gen_random_uuid(), ?, 'one of many', 'pending', 'normal', now(), now() from generate_series(1, 201)
                        """,
                        person.id());

        assertThat(says("what is overdue?")).contains("newest ones only");
    }

    @Test
    void asksWhichTaskIsMeant() {
        says("add task call mum");
        says("add task call dad");

        String question = says("complete call");

        assertThat(question)
                .contains("Which one do you mean?")
                .contains("call mum")
                .contains("call dad");
        assertThat(person.gets("/api/tasks?status=completed").json().path("data")).isEmpty();
    }

    @Test
    void saysWhatItCanDoWhereItDoesNotUnderstand() {
        assertThat(says("What is the meaning of life?"))
                .startsWith("I did not understand that.")
                .contains("Add a task");
    }

    @Test
    void saysSoWhereTaskIsNotThere() {
        assertThat(says("complete the marathon")).contains("I find no task \"marathon\"");
    }

    @Test
    void saysWhatDidNotWorkWhereToolRefuses() {
        assertThat(says("add task " + "x".repeat(300)))
                .contains("That did not work")
                .contains("200 characters");
        assertThat(person.gets("/api/tasks").json().path("data")).isEmpty();
    }

    @Test
    void showsNobodyElsesTasks() {
        says("add task secret");

        String reply = Person.registered().says("show all tasks", "offline").reply();

        assertThat(reply).contains("You have no tasks yet");
    }

    private String says(String message) {
        return person.says(message, "offline").reply();
    }
}
