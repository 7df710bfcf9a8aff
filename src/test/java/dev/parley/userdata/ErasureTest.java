package dev.parley.userdata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.UserWithData;
import dev.parley.testing.Wait;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import jakarta.enterprise.inject.Instance;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Everything of a user's goes, or nothing does (G6). */
@ParleyTest
@ExpectedErrors("The job .+ failed") // The database is made to fail
class ErasureTest {

    private static final int CONVERSATIONS = 1_000;
    private static final int MESSAGES = 100_000;

    private final InProcess<Instance<UserDataTables>> rooms = InProcess.all(UserDataTables.class);
    private final InProcess<TestAgents.Gated> gated = InProcess.of(TestAgents.Gated.class);

    @AfterEach
    void behave() {
        Postgres.proxy().behave();
        gated.ifHere(TestAgents.Gated::open);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void knowsEveryTableThatLeadsToAUser() {
        List<String> known =
                rooms.get().stream()
                        .flatMap(room -> room.tables().stream())
                        .map(UserTable::table)
                        .sorted()
                        .toList();

        assertThat(known).isEqualTo(UserWithData.tables());
    }

    @Test
    void erasesAllOrNothingWhereverTheDatabaseIsCut() {
        UserWithData leaving = UserWithData.with(CONVERSATIONS, MESSAGES);
        UserWithData staying = UserWithData.with(3, 20);
        Map<String, String> before = leaving.content();
        Map<String, String> entries = staying.content();
        assertThat(leaving.rows())
                .allSatisfy((table, rows) -> assertThat(rows).as(table).isPositive());

        for (int cut : new int[] {5, 12, 20, 28, 36}) {
            Postgres.proxy().goAwayAt(cut);
            ApiResponse broken = leaving.person().deletes("/api/me");
            Postgres.proxy().behave();

            assertThat(broken.status()).as("cut at %d: %s", cut, broken).isEqualTo(503);
            Wait.until(() -> leaving.person().gets("/api/me").status() == 200);
            assertThat(leaving.content()).as("cut at %d", cut).isEqualTo(before);
        }
        ApiResponse erased = leaving.person().deletes("/api/me");

        assertThat(erased.status()).as(erased.toString()).isEqualTo(204);
        assertThat(leaving.rows()).allSatisfy((table, rows) -> assertThat(rows).as(table).isZero());
        assertThat(staying.content()).isEqualTo(entries);
        assertThat(leaving.person().gets("/api/me").status()).isEqualTo(401);
    }

    @Test
    void erasesAllOrNothingWhereTheAnswerToACommitIsLost() {
        for (int nth = 2; nth <= 5; nth++) {
            UserWithData leaving = UserWithData.with(2, 10);
            Map<String, String> before = leaving.content();
            Postgres.proxy().loseAnswerToCommit(nth);
            ApiResponse told = leaving.person().deletes("/api/me");
            Postgres.proxy().behave();

            boolean isGone = Long.valueOf(0).equals(leaving.rows().get("accounts"));
            assertThat(told.status()).as(told.toString()).isIn(204, 503);
            if (isGone) {
                assertThat(leaving.rows())
                        .allSatisfy((table, rows) -> assertThat(rows).as(table).isZero());
            } else {
                assertThat(leaving.content()).isEqualTo(before);
            }
        }
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void cancelsRunningTurnsBeforeTheirUserIsErased() {
        gated.get().close();
        UserWithData leaving = UserWithData.with(2, 10);
        Person person = leaving.person();
        int waiting = gated.get().waiting();
        String turn = begun(person, "{\"message\":\"wait\",\"agent_type\":\"gated\"}");
        String conversation = person.gets("/api/turns/" + turn).text("conversation_id");
        begun(
                person,
                "{\"message\":\"in line\",\"agent_type\":\"gated\",\"when_busy\":\"enqueue\",\"conversation_id\":\"%s\"}"
                        .formatted(conversation));
        Wait.until(() -> gated.get().waiting() > waiting);

        ApiResponse erased = person.deletes("/api/me");

        assertThat(erased.status()).as(erased.toString()).isEqualTo(204);
        // Cancelled: nobody has opened the gate
        Wait.until(() -> gated.get().waiting() <= waiting);
        assertThat(leaving.rows()).allSatisfy((table, rows) -> assertThat(rows).as(table).isZero());
    }

    @RepeatedTest(5)
    void erasesWhatIsBegunMeanwhile() {
        UserWithData leaving = UserWithData.with(20, 2_000);
        Person person = leaving.person();
        AtomicBoolean over = new AtomicBoolean();
        List<Callable<List<Integer>>> busy = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            busy.add(() -> untilGone(over, () -> person.says("Add a task: buy milk", "offline")));
            busy.add(() -> untilGone(over, () -> person.posts("/api/tasks", "{\"title\":\"t\"}")));
            busy.add(() ->
                    untilGone(
                            over, () -> person.puts("/api/me/preferences/p", "{\"value\":\"x\"}")));
        }
        busy.add(() -> {
            Wait.until(
                    () -> !person.gets("/api/tasks?limit=2").json().path("next_cursor").isNull());
            try {
                return List.of(person.deletes("/api/me").status());
            } finally {
                over.set(true);
            }
        });

        List<List<Integer>> answers = Person.atOnce(busy);

        assertThat(answers.getLast()).containsExactly(204);
        assertThat(answers.stream().flatMap(List::stream).distinct()).doesNotContain(500);
        assertThat(leaving.rows()).allSatisfy((table, rows) -> assertThat(rows).as(table).isZero());
    }

    @Test
    void erasesRowsThatSomebodyChangesMeanwhile() throws Exception {
        UserWithData leaving = UserWithData.with(2, 10);
        try (Connection other = Postgres.database().source().getConnection();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            other.setAutoCommit(false);
            for (String change :
                    List.of(
                            "update tasks set told_due_on = '2026-01-01' where user_id = ?",
                            "update quotas set used = used + 1 where user_id = ?")) {
                try (PreparedStatement statement = other.prepareStatement(change)) {
                    statement.setObject(1, leaving.person().id());
                    statement.executeUpdate();
                }
            }
            Future<ApiResponse> erased = threads.submit(() -> leaving.person().deletes("/api/me"));
            Wait.until(() ->
                    Postgres.database()
                                    .count(
                                            "select count(*) from pg_stat_activity where"
                                                + " wait_event_type = 'Lock' and query like 'delete"
                                                + " from %'")
                            > 0);
            other.commit();

            assertThat(erased.get().status()).as(erased.get().toString()).isEqualTo(204);
        }
        assertThat(leaving.rows()).allSatisfy((table, rows) -> assertThat(rows).as(table).isZero());
    }

    @Test
    void refusesToEraseTheLastAdministrator() {
        Postgres.database()
                .change("update accounts set roles = '{user}' where 'admin' = any (roles)");
        Person last = Person.admin();

        assertThat(last.deletes("/api/me").code()).isEqualTo("last_admin");
        assertThat(last.deletes("/api/admin/users/" + last.id()).code()).isEqualTo("last_admin");
        assertThat(last.gets("/api/me").status()).isEqualTo(200);

        List<Person> both = List.of(last, Person.admin());
        List<Integer> answers =
                Person.atOnce(
                        both.stream()
                                .map(person ->
                                        (Callable<Integer>)
                                                () -> person.deletes("/api/me").status())
                                .toList());
        assertThat(answers).containsExactlyInAnyOrder(204, 409);
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void leavesTurnsRunningWhereTheirUserMustStay() {
        Postgres.database()
                .change("update accounts set roles = '{user}' where 'admin' = any (roles)");
        Person last = Person.admin();
        gated.get().close();
        String turn = begun(last, "{\"message\":\"wait\",\"agent_type\":\"gated\"}");
        Wait.until(() -> gated.get().waiting() > 0);

        ApiResponse refused = last.deletes("/api/me");

        assertThat(refused.code()).isEqualTo("last_admin");
        assertThat(Postgres.database().isToBeCancelled(turn)).isFalse();
        assertThat(Postgres.database().statusOf(turn)).isEqualTo("running");
    }

    @Test
    void letsAdministratorEraseAnotherUser() {
        Person admin = Person.admin();
        UserWithData leaving = UserWithData.with(2, 10);

        assertThat(admin.deletes("/api/admin/users/" + leaving.person().id()).status())
                .isEqualTo(204);
        assertThat(admin.deletes("/api/admin/users/" + leaving.person().id()).code())
                .isEqualTo("not_found");
        assertThat(leaving.rows()).allSatisfy((table, rows) -> assertThat(rows).as(table).isZero());
    }

    private static String begun(Person person, String body) {
        return person.posts("/api/chat", body, "Prefer", "respond-async").text("turn_id");
    }

    private static List<Integer> untilGone(AtomicBoolean over, Callable<ApiResponse> doing)
            throws Exception {
        List<Integer> answers = new ArrayList<>();
        do {
            answers.add(doing.call().status());
        } while (answers.getLast() != 401 && !over.get());
        return answers;
    }
}
