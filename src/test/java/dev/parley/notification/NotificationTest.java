package dev.parley.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.testing.HeldRows;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.SocketClient;
import dev.parley.testing.TestClock;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user is told, by whom, and how it is read. */
@ParleyTest
class NotificationTest {

    private final InProcess<Instance<Job>> jobs = InProcess.all(Job.class);
    private final InProcess<TestClock> clock = InProcess.of(TestClock.class);

    @Test
    void listsNotificationsByFilter() {
        Person person = Person.registered();
        write(person, "task_due", "old", "2026-01-01T00:00:00Z");
        write(person, "task_due", "due", "2026-03-01T00:00:00Z");
        write(person, "quota_nearing", "low", "2026-03-02T00:00:00Z");
        String low = list(person, "?kind=quota_nearing").get(0).path("id").asText();
        person.posts("/api/notifications/" + low + "/read", "");

        assertThat(titles(person, "")).containsExactly("low", "due", "old");
        assertThat(titles(person, "?unread=true")).containsExactly("due", "old");
        assertThat(titles(person, "?unread=false")).containsExactly("low");
        assertThat(titles(person, "?kind=task_due")).containsExactly("due", "old");
        assertThat(titles(person, "?since=2026-02-01T00:00:00Z")).containsExactly("low", "due");
        assertThat(titles(person, "?since=2026-03-01T00:00:00Z&kind=task_due&unread=true"))
                .containsExactly("due");
    }

    @ParameterizedTest
    @CsvSource({
        "seen=true,seen",
        "Unread=true,Unread",
        "unread=yes,unread",
        "kind=weather,kind",
        "since=yesterday,since",
        "since=-999999999-01-01T00:00:00Z,since",
        "cursor=x,cursor",
        "limit=0,limit"
    })
    void refusesFilterThatThereIsNot(String query, String field) {
        ApiResponse refused = Person.registered().gets("/api/notifications?" + query);

        assertThat(refused.code()).isEqualTo("invalid_request");
        assertThat(refused.json().path("errors").get(0).path("field").asText()).isEqualTo(field);
    }

    @Test
    void namesKnownFiltersWhereOneIsUnknown() {
        assertThat(Person.registered().gets("/api/notifications?seen=true").text("detail"))
                .contains("unread, kind, since, cursor, limit");
    }

    @Test
    void marksNotificationAsReadOnceAndForItsUserAlone() {
        Person person = Person.registered();
        write(person, "task_due", "a", "2026-01-01T00:00:00Z");
        write(person, "task_due", "b", "2026-01-02T00:00:00Z");
        write(person, "task_due", "c", "2026-01-03T00:00:00Z");
        String path = "/api/notifications/" + list(person, "").get(0).path("id").asText() + "/read";

        assertThat(Person.registered().posts(path, "").code()).isEqualTo("not_found");
        assertThat(person.posts(path, "").json().path("read").asBoolean()).isTrue();
        assertThat(person.posts(path, "").status()).isEqualTo(200);
        assertThat(person.posts("/api/notifications/read-all", "").json().path("read").asInt())
                .isEqualTo(2);
        assertThat(person.posts("/api/notifications/read-all", "").json().path("read").asInt())
                .isZero();
        assertThat(titles(person, "?unread=true")).isEmpty();
    }

    @Test
    void leavesNotificationsOfOthersUnreadWhenAllAreRead() {
        Person person = Person.registered();
        Person other = Person.registered();
        write(person, "task_due", "a", "2026-01-01T00:00:00Z");
        write(other, "task_due", "b", "2026-01-01T00:00:00Z");

        ApiResponse read = person.posts("/api/notifications/read-all", "");

        assertThat(read.json().path("read").asInt()).isEqualTo(1);
        assertThat(titles(other, "?unread=true")).containsExactly("b");
    }

    @Test
    void keepsTheMomentOfTheFirstReading() {
        Person person = Person.registered();
        write(person, "task_due", "a", "2026-01-01T00:00:00Z");
        String path = "/api/notifications/" + list(person, "").get(0).path("id").asText() + "/read";
        String readAt = "select read_at from notifications where user_id = ?";

        person.posts(path, "");
        List<String> first = Postgres.database().texts(readAt, person.id());
        person.posts(path, "");

        assertThat(Postgres.database().texts(readAt, person.id())).isEqualTo(first);
        assertThat(first).doesNotContain("null");
    }

    @Test
    void tellsOfQuotaAtFourFifthsAndAtItsEnd() {
        Person person = Person.registered();
        Postgres.database().leaveQueries(person.id(), 201, 1000);
        person.says("one", "echo");
        assertThat(titles(person, "")).hasSize(1);
        assertThat(list(person, "").get(0).path("kind").asText()).isEqualTo("quota_nearing");
        person.says("two", "echo");
        assertThat(titles(person, "")).hasSize(1);
        Postgres.database().leaveQueries(person.id(), 1, 1000);

        person.says("last", "echo");
        assertThat(person.says("beyond", "echo").code()).isEqualTo("quota_exhausted");

        assertThat(list(person, "?kind=quota_exhausted")).hasSize(1);
        assertThat(titles(person, "")).hasSize(2);
    }

    @Test
    void keepsTheNewestNotificationsOfUser() {
        Person person = Person.registered();
        write(person, "task_due", "oldest", "2020-01-01T00:00:00Z");
        Postgres.database()
                .change(
                        """
                        insert into notifications (id, user_id, kind, title, created_at)
                        select overlay(gen_random_uuid()::text placing '01900000-0000' from 1)::uuid, ?, 'task_due', 'newer', now()
                        from generate_series(1, 999)
                        """,
                        person.id());
        Postgres.database().leaveQueries(person.id(), 1, 1000);

        person.says("last", "echo");

        String count = "select count(*) from notifications where user_id = ?";
        assertThat(Postgres.database().count(count, person.id())).isEqualTo(1_000);
        assertThat(Postgres.database().count(count + " and title = 'newer'", person.id()))
                .isEqualTo(999);
        assertThat(list(person, "?kind=quota_exhausted")).hasSize(1);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void tellsOfDueTaskOnceForEachDate() {
        Person person = Person.registered();
        LocalDate today = today();
        String task =
                person.posts(
                                "/api/tasks",
                                "{\"title\":\"buy milk\",\"due_on\":\"%s\"}".formatted(today))
                        .text("id");
        person.posts(
                "/api/tasks",
                "{\"title\":\"later\",\"due_on\":\"%s\"}".formatted(today.plusDays(1)));

        run("notify-due-tasks");
        run("notify-due-tasks");
        assertThat(titles(person, "")).containsExactly("Due: buy milk");

        person.patches("/api/tasks/" + task, "{\"due_on\":\"%s\"}".formatted(today.minusDays(1)));
        run("notify-due-tasks");
        assertThat(titles(person, "")).containsExactly("Due: buy milk", "Due: buy milk");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void tellsNothingOfDueTaskThatIsCompleted() {
        Person person = Person.registered();
        dueTask(person, "milk", today(), "completed");
        dueTask(person, "bread", today(), "in_progress");

        run("notify-due-tasks");

        assertThat(titles(person, "")).containsExactly("Due: bread");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void tellsOfDueTaskFromMidnightUtcOn() {
        Person person = Person.registered();
        LocalDate due = today().plusDays(2);
        dueTask(person, "milk", due, "pending");
        Instant midnight = due.atStartOfDay(ZoneOffset.UTC).toInstant();

        try (TestClock.Moved _ = clock.get().moveTo(midnight.minusSeconds(60))) {
            run("notify-due-tasks");
        }
        List<String> before = Postgres.database().notificationsOf(person);
        try (TestClock.Moved _ = clock.get().moveTo(midnight)) {
            run("notify-due-tasks");
        }

        assertThat(before).isEmpty();
        assertThat(Postgres.database().notificationsOf(person)).containsExactly("task_due");
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void tellsNothingOfDueTaskThatAnotherReplicaTellsOf() throws Exception {
        Person person = Person.registered();
        dueTask(person, "milk", today(), "pending");

        try (HeldRows taken =
                HeldRows.by(
                        "update tasks set told_due_on = due_on where user_id = ?", person.id())) {
            taken.commitOnceWaitedFor(() -> {
                run("notify-due-tasks");
                return true;
            });
        }

        assertThat(Postgres.database().notificationsOf(person)).isEmpty();
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void forgetsNotificationsThatAreOldEnough() {
        Person person = Person.registered();
        write(person, "task_due", "old", Instant.now().minus(Duration.ofDays(91)).toString());
        write(person, "task_due", "young", Instant.now().minus(Duration.ofDays(89)).toString());

        run("purge-notifications");

        assertThat(titles(person, "")).containsExactly("young");
    }

    @Test
    void countsUnreadLiveOverTheSocket() {
        Person person = Person.registered();
        try (SocketClient socket = SocketClient.open(person)) {
            assertThat(socket.nextCount()).isZero();
            write(person, "task_due", "a", "2026-01-01T00:00:00Z");
            assertThat(socket.nextCount()).isEqualTo(1);
            person.posts("/api/notifications/read-all", "");
            assertThat(socket.nextCount()).isZero();
        }
    }

    @Test
    void countsNoMoreThanAThousandUnreadOverTheSocket() {
        Person person = Person.registered();
        Postgres.database()
                .change(
                        """
                        insert into notifications (id, user_id, kind, title, created_at)
                        select gen_random_uuid(), ?, 'task_due', 'n', now() from generate_series(1, 1001)
                        """,
                        person.id());

        try (SocketClient socket = SocketClient.open(person)) {
            assertThat(socket.nextCount()).isEqualTo(1_000);
        }
    }

    private static LocalDate today() {
        return LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC);
    }

    private static void dueTask(Person person, String title, LocalDate due, String status) {
        Postgres.database()
                .change(
                        """
                        insert into tasks (id, user_id, title, status, priority, due_on, created_at, updated_at)
                        values (gen_random_uuid(), ?, ?, ?, 'normal', ?, now(), now())
                        """,
                        person.id(),
                        title,
                        status,
                        due);
    }

    private void run(String name) {
        jobs.get().stream()
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow()
                .run(Deadline.in(Duration.ofSeconds(30)));
    }

    private static void write(Person person, String kind, String title, String createdAt) {
        Instant moment = Instant.parse(createdAt);
        Postgres.database()
                .change(
                        """
                        insert into notifications (id, user_id, kind, title, created_at) values (?, ?, ?, ?, cast(? as timestamptz))
                        """,
                        NotificationId.at(moment).value(),
                        person.id(),
                        kind,
                        title,
                        createdAt);
    }

    private static JsonNode list(Person person, String query) {
        return person.gets("/api/notifications" + query).json().path("data");
    }

    private static List<String> titles(Person person, String query) {
        List<String> titles = new ArrayList<>();
        list(person, query).forEach(node -> titles.add(node.path("title").asText()));
        return titles;
    }
}
