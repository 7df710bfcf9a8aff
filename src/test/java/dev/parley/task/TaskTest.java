package dev.parley.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.HeldRows;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ParleyTest
class TaskTest {

    @Test
    void addsTaskWithDefaults() {
        ApiResponse added = Person.registered().posts("/api/tasks", "{\"title\":\"  Buy milk \"}");

        assertThat(added.status()).isEqualTo(201);
        assertThat(added.header("Location")).isEqualTo("/api/tasks/" + added.text("id"));
        assertThat(added.text("title")).isEqualTo("Buy milk");
        assertThat(added.text("status")).isEqualTo("pending");
        assertThat(added.text("priority")).isEqualTo("normal");
        assertThat(added.json().has("due_on")).isFalse();
        assertThat(added.json().has("description")).isFalse();
    }

    @Test
    void addsNoMoreTasksThanAnAccountMayHave() {
        Person person = Person.registered();
        Postgres.database()
                .change(
                        """
                        insert into tasks (id, user_id, title, status, priority, created_at, updated_at)
                        select gen_random_uuid(), ?, 't', 'pending', 'low', now(), now() from generate_series(1, 4999)
                        """,
                        person.id());

        List<ApiResponse> answers =
                Person.atOnce(
                        Collections.nCopies(
                                8, () -> person.posts("/api/tasks", "{\"title\":\"Last\"}")));

        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() != 201))
                .allSatisfy(answer -> {
                    assertThat(answer.status()).isEqualTo(409);
                    assertThat(answer.code()).isEqualTo("limit_reached");
                });
    }

    @Test
    void changeOfTaskKeepsWhatIsNotGivenAndTakesAwayWhatIsNull() {
        Person person = Person.registered();
        String task =
                person.posts(
                                "/api/tasks",
                                "{\"title\":\"Buy"
                                    + " milk\",\"description\":\"oat\",\"priority\":\"high\",\"due_on\":\"2030-01-02\"}")
                        .text("id");

        ApiResponse renamed =
                person.patches(
                        "/api/tasks/" + task,
                        "{\"title\":\"Buy oat milk\",\"status\":\"in_progress\"}");
        ApiResponse cleared =
                person.patches("/api/tasks/" + task, "{\"due_on\":null,\"description\":null}");

        assertThat(renamed.text("description")).isEqualTo("oat");
        assertThat(renamed.text("due_on")).isEqualTo("2030-01-02");
        assertThat(renamed.text("status")).isEqualTo("in_progress");
        assertThat(cleared.text("title")).isEqualTo("Buy oat milk");
        assertThat(cleared.json().has("due_on")).isFalse();
        assertThat(cleared.json().has("description")).isFalse();
        assertThat(person.gets("/api/tasks/" + task).body()).isEqualTo(cleared.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"title\":null}",
                "{\"title\":\" \"}",
                "{\"title\":\"\\u200b\"}",
                "{\"due_on\":[2026,12,24]}",
                "{\"due_on\":\"2026-12-24T10:00:00Z\"}",
                "{\"status\":null}",
                "{\"status\":\"lost\"}",
                "{\"status\":0}",
                "{\"priority\":\"HIGH\"}",
                "{\"due_on\":\"tomorrow\"}",
                "{\"due_on\":\"\"}",
                "{\"status\":\"\"}",
                "{\"due_on\":\"2026-02-30\"}",
                "{\"due_on\":20260101}",
                "{\"due_on\":\"+10000-01-01\"}",
                "{\"owner\":\"me\"}",
                "{\"title\":\"nul \\u0000\"}",
            })
    void refusesChangeOfTaskThatMakesNoSense(String change) {
        Person person = Person.registered();
        ApiResponse task = person.posts("/api/tasks", "{\"title\":\"Buy milk\"}");

        ApiResponse refused = person.patches("/api/tasks/" + task.text("id"), change);

        assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("invalid_request");
        assertThat(person.gets("/api/tasks/" + task.text("id")).body()).isEqualTo(task.body());
    }

    @Test
    void keepsAllChangesOfTaskMadeAtOnce() {
        Person person = Person.registered();
        for (int round = 0; round < 10; round++) {
            String task = person.posts("/api/tasks", "{\"title\":\"Buy milk\"}").text("id");

            Person.atOnce(
                    List.of(
                            () ->
                                    person.patches(
                                            "/api/tasks/" + task, "{\"title\":\"Buy oat milk\"}"),
                            () -> person.patches("/api/tasks/" + task, "{\"priority\":\"urgent\"}"),
                            () ->
                                    person.patches(
                                            "/api/tasks/" + task, "{\"status\":\"in_progress\"}")));

            ApiResponse changed = person.gets("/api/tasks/" + task);
            assertThat(changed.text("title")).isEqualTo("Buy oat milk");
            assertThat(changed.text("priority")).isEqualTo("urgent");
            assertThat(changed.text("status")).isEqualTo("in_progress");
        }
    }

    @Test
    void keepsChangeOfTaskMadeWhileAnotherHeldIt() throws Exception {
        Person person = Person.registered();
        String task = person.posts("/api/tasks", "{\"title\":\"Buy milk\"}").text("id");
        ApiResponse renamed;

        try (HeldRows held =
                HeldRows.by("update tasks set priority = 'urgent' where id = ?::uuid", task)) {
            renamed =
                    held.commitOnceWaitedFor(() ->
                            person.patches("/api/tasks/" + task, "{\"title\":\"Buy oat milk\"}"));
        }

        assertThat(renamed.text("priority")).isEqualTo("urgent");
        assertThat(person.gets("/api/tasks/" + task).text("priority")).isEqualTo("urgent");
        assertThat(person.gets("/api/tasks/" + task).text("title")).isEqualTo("Buy oat milk");
    }

    @Test
    void findsNoTaskOfAnotherUser() {
        Person person = Person.registered();
        Person other = Person.registered();
        ApiResponse added = person.posts("/api/tasks", "{\"title\":\"Buy milk\"}");
        String task = "/api/tasks/" + added.text("id");

        ApiResponse read = other.gets(task);
        ApiResponse changed = other.patches(task, "{\"title\":\"Mine\"}");
        ApiResponse deleted = other.deletes(task);

        assertThat(List.of(read.code(), changed.code(), deleted.code())).containsOnly("not_found");
        assertThat(person.gets(task).body()).isEqualTo(added.body());
        assertThat(other.gets("/api/tasks").json().path("data")).isEmpty();
    }

    @Test
    void deletedTaskIsGone() {
        Person person = Person.registered();
        String task = person.posts("/api/tasks", "{\"title\":\"Buy milk\"}").text("id");

        assertThat(person.deletes("/api/tasks/" + task).status()).isEqualTo(204);
        assertThat(person.gets("/api/tasks/" + task).status()).isEqualTo(404);
        assertThat(person.deletes("/api/tasks/" + task).status()).isEqualTo(404);
    }

    @Test
    void listsTasksNewestFirstPageByPage() {
        Person person = Person.registered();
        for (int i = 1; i <= 7; i++) {
            person.posts("/api/tasks", "{\"title\":\"t%d\"}".formatted(i));
        }

        List<String> titles = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page = person.gets("/api/tasks?limit=3" + cursor).json();
            page.path("data").forEach(task -> titles.add(task.path("title").asText()));
            assertThat(page.has("next_cursor")).isTrue();
            cursor =
                    page.path("next_cursor").isNull()
                            ? ""
                            : "&cursor=" + page.path("next_cursor").asText();
            pages++;
        } while (!cursor.isEmpty());

        assertThat(titles).containsExactly("t7", "t6", "t5", "t4", "t3", "t2", "t1");
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void listsTasksByStatus() {
        Person person = Person.registered();
        person.posts("/api/tasks", "{\"title\":\"open\"}");
        String done = person.posts("/api/tasks", "{\"title\":\"done\"}").text("id");
        person.patches("/api/tasks/" + done, "{\"status\":\"completed\"}");

        JsonNode completed = person.gets("/api/tasks?status=completed").json().path("data");

        assertThat(completed).hasSize(1);
        assertThat(completed.get(0).path("title").asText()).isEqualTo("done");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=101",
                "limit=x",
                "limit=-1",
                "cursor=!",
                "cursor=YWJj",
                "status=lost"
            })
    void refusesPageThatThereIsNot(String query) {
        ApiResponse refused = Person.registered().gets("/api/tasks?" + query);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("errors").get(0).path("field").asText())
                .isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @Test
    void findsNoTaskUnderWhatIsNoId() {
        assertThat(Person.registered().gets("/api/tasks/not-an-id").code()).isEqualTo("not_found");
    }
}
