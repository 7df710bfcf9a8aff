package dev.parley.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import org.junit.jupiter.api.Test;

@ParleyTest
class DashboardTest {

    @Test
    void countsWhatTheUserHas() {
        Person person = Person.registered();
        person.posts("/api/tasks", "{\"title\":\"late\",\"due_on\":\"2020-01-01\"}");
        person.posts("/api/tasks", "{\"title\":\"open\",\"due_on\":\"2999-01-01\"}");
        String begun = person.posts("/api/tasks", "{\"title\":\"begun\"}").text("id");
        person.patches("/api/tasks/" + begun, "{\"status\":\"in_progress\"}");
        String done =
                person.posts("/api/tasks", "{\"title\":\"done\",\"due_on\":\"2020-01-01\"}")
                        .text("id");
        person.patches("/api/tasks/" + done, "{\"status\":\"completed\"}");
        person.says("hello", "echo");
        person.says("hello", "echo");
        Postgres.database()
                .change(
                        "insert into notifications (id, user_id, kind, title, created_at) values"
                                + " (gen_random_uuid(), ?, 'test', 'unread', now())",
                        person.id());
        Person other = Person.registered();
        other.posts("/api/tasks", "{\"title\":\"not mine\"}");

        JsonNode stats = person.gets("/api/dashboard/stats").json();

        assertThat(stats.path("tasks").toString())
                .isEqualTo(
                        "{\"total\":4,\"pending\":2,\"in_progress\":1,\"completed\":1,\"overdue\":1}");
        assertThat(stats.path("conversations").asInt()).isEqualTo(2);
        assertThat(stats.path("turns").toString()).isEqualTo("{\"today\":2,\"running\":0}");
        // One more where the job that tells of due tasks has just come by
        assertThat(stats.path("unread_notifications").asInt()).isBetween(1, 2);
        assertThat(stats.path("quota").toString()).isEqualTo("{\"used\":2,\"limit\":1000}");
        assertThat(stats.path("as_of").asText()).endsWith("Z");
    }
}
