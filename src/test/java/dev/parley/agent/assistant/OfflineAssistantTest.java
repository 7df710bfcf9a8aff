package dev.parley.agent.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
    void addsListsRanksChangesAndDeletes() {
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
        assertThat(says("delete task 2")).contains("\"buy milk\" is deleted");
        assertThat(says("show completed tasks")).contains("call the bank");
        assertThat(person.gets("/api/tasks").json().path("data")).hasSize(2);
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
    void saysThatATaskIsNotThere() {
        assertThat(says("complete the marathon")).contains("I find no task \"marathon\"");
    }

    @Test
    void saysThatItDidNotWorkWhereTheToolRefuses() {
        assertThat(says("add task " + "x".repeat(300)))
                .contains("That did not work")
                .contains("200 characters");
        assertThat(person.gets("/api/tasks").json().path("data")).isEmpty();
    }

    @Test
    void seesNobodyElsesTasks() {
        says("add task secret");

        String reply = Person.registered().says("show all tasks", "offline").reply();

        assertThat(reply).contains("You have no tasks yet");
    }

    private String says(String message) {
        return person.says(message, "offline").reply();
    }
}
