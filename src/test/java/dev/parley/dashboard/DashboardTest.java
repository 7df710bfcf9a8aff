package dev.parley.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.identity.UserId;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestClock;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

@ParleyTest
class DashboardTest {

    private final InProcess<DashboardService> dashboard = InProcess.of(DashboardService.class);
    private final InProcess<TestClock> clock = InProcess.of(TestClock.class);

    @Test
    void countsWhatTheUserHas() {
        Person person = Person.registered();
        toldTask(person, LocalDate.of(2020, 1, 1), "pending");
        person.posts("/api/tasks", "{\"title\":\"open\",\"due_on\":\"2999-01-01\"}");
        String begun = person.posts("/api/tasks", "{\"title\":\"begun\"}").text("id");
        person.patches("/api/tasks/" + begun, "{\"status\":\"in_progress\"}");
        toldTask(person, LocalDate.of(2020, 1, 1), "completed");
        person.says("hello", "echo");
        person.says("hello", "echo");
        Postgres.database()
                .change(
                        "insert into notifications (id, user_id, kind, title, created_at, read_at)"
                                + " select gen_random_uuid(), ?, 'task_due', 'n', now(), read_at"
                                + " from (values (null), (now())) as times (read_at)",
                        person.id());
        Person other = Person.registered();
        other.posts("/api/tasks", "{\"title\":\"not mine\"}");

        JsonNode stats = person.gets("/api/dashboard/stats").json();

        assertThat(stats.path("tasks").toString())
                .isEqualTo(
                        "{\"total\":4,\"pending\":2,\"in_progress\":1,\"completed\":1,\"overdue\":1}");
        assertThat(stats.path("conversations").asInt()).isEqualTo(2);
        assertThat(stats.path("turns").toString()).isEqualTo("{\"today\":2,\"running\":0}");
        assertThat(stats.path("unread_notifications").asInt()).isEqualTo(1);
        assertThat(stats.path("quota").toString()).isEqualTo("{\"used\":2,\"limit\":1000}");
        assertThat(stats.path("as_of").asText()).endsWith("Z");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void countsTaskAsOverdueFromTheDayAfterItIsDueInUtc() {
        Person person = Person.registered();
        LocalDate due = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC).plusDays(1);
        toldTask(person, due, "pending");
        Instant midnight = due.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();

        assertThat(readAt(midnight.minusSeconds(60), person).tasks().overdue()).isZero();
        assertThat(readAt(midnight, person).tasks().overdue()).isEqualTo(1);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void countsTurnsOfTodayFromMidnightUtcOn() {
        Person person = Person.registered();
        person.says("hello", "echo");
        Instant midnight =
                LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC)
                        .plusDays(1)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant();
        Postgres.database()
                .change(
                        "update turns set started_at = cast(? as timestamptz) where user_id = ?",
                        midnight.minusSeconds(600).toString(),
                        person.id());

        assertThat(readAt(midnight.minusSeconds(60), person).turns().today()).isEqualTo(1);
        assertThat(readAt(midnight.plusSeconds(60), person).turns().today()).isZero();
    }

    private DashboardStats readAt(Instant moment, Person person) {
        try (TestClock.Moved _ = clock.get().moveTo(moment)) {
            return dashboard.get().read(new UserId(person.id()));
        }
    }

    /** A task that has been told of: nobody is going to be told of it again. */
    private static void toldTask(Person person, LocalDate due, String status) {
        Postgres.database()
                .change(
                        """
                        insert into tasks (id, user_id, title, status, priority, due_on, told_due_on, created_at, updated_at)
                        values (gen_random_uuid(), ?, 'late', ?, 'normal', ?, ?, now(), now())
                        """,
                        person.id(),
                        status,
                        due,
                        due);
    }
}
