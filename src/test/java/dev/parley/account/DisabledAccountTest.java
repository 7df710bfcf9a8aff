package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Accounts that an administrator disables, and tokens that end before their time. */
@ParleyTest
class DisabledAccountTest {

    @Test
    void disabledAccountHasNoTokenAndNoLoginUntilItIsEnabled() {
        Person person = Person.registered();
        person.posts("/api/tasks", "{\"title\":\"stays\"}");

        ApiResponse disabled = change(person, true);

        assertThat(disabled.status()).isEqualTo(200);
        assertThat(disabled.json().path("disabled").asBoolean()).isTrue();
        assertThat(person.gets("/api/tasks").status()).isEqualTo(401);
        ApiResponse login = Person.signIn(person.username(), Person.PASSWORD);
        assertThat(login.status()).isEqualTo(403);
        assertThat(login.code()).isEqualTo("account_disabled");
        // Who does not know the password does not learn that the account is disabled
        assertThat(Person.signIn(person.username(), "wrong password").status()).isEqualTo(401);

        assertThat(change(person, false).status()).isEqualTo(200);
        assertThat(person.gets("/api/tasks").status()).as("an old token").isEqualTo(401);
        String token = Person.signIn(person.username(), Person.PASSWORD).text("access_token");
        assertThat(Person.send("GET", "/api/tasks", token, null).body()).contains("stays");
    }

    @Test
    void runningTurnOfDisabledAccountIsCancelled() {
        Person person = Person.registered();
        CompletableFuture<ApiResponse> turn =
                CompletableFuture.supplyAsync(() -> person.says("think 60000", "assistant"));
        Wait.until(() -> Postgres.database().turns("running") > 0);

        change(person, true);

        assertThat(turn.join().code()).isEqualTo("turn_cancelled");
    }

    @Test
    void tokensEndEverywhere() {
        Person person = Person.registered();
        String other = Person.signIn(person.username(), Person.PASSWORD).text("access_token");

        assertThat(person.deletes("/api/auth/tokens").status()).isEqualTo(204);

        assertThat(person.gets("/api/auth/me").status()).isEqualTo(401);
        assertThat(Person.send("GET", "/api/auth/me", other, null).status()).isEqualTo(401);
        String next = Person.signIn(person.username(), Person.PASSWORD).text("access_token");
        assertThat(Person.admin().deletes("/api/admin/users/" + person.id() + "/tokens").status())
                .isEqualTo(204);
        assertThat(Person.send("GET", "/api/auth/me", next, null).status()).isEqualTo(401);
    }

    @Test
    void onlyAdministratorsDisableAndOnlyWhoIsThere() {
        Person person = Person.registered();

        assertThat(
                        person.patches("/api/admin/users/" + person.id(), "{\"disabled\":true}")
                                .status())
                .isEqualTo(403);
        assertThat(
                        Person.admin()
                                .patches(
                                        "/api/admin/users/" + UUID.randomUUID(),
                                        "{\"disabled\":true}")
                                .status())
                .isEqualTo(404);
        assertThat(Person.admin().patches("/api/admin/users/" + person.id(), "{}").status())
                .isEqualTo(400);
    }

    @Test
    void lastEnabledAdministratorIsNotDisabled() {
        Person last = onlyAdmin();
        Person disabled = Person.admin();

        assertThat(disables(last, disabled).status()).isEqualTo(200);
        ApiResponse refused = disables(last, last);

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("last_admin");
        assertThat(last.deletes("/api/me").code())
                .as("the other is disabled")
                .isEqualTo("last_admin");
        assertThat(last.gets("/api/auth/me").status()).isEqualTo(200);
        assertThat(last.deletes("/api/admin/users/" + disabled.id()).status()).isEqualTo(204);
    }

    @Test
    void oneOfManyAdministratorsWhoDisableThemselvesAtOnceStays() {
        List<Person> admins = new ArrayList<>(List.of(onlyAdmin()));
        IntStream.range(0, 5).forEach(ignored -> admins.add(Person.admin()));

        List<Integer> statuses =
                Person.atOnce(
                        admins.stream()
                                .<Callable<Integer>>map(
                                        admin -> () -> disables(admin, admin).status())
                                .toList());

        assertThat(statuses).containsOnlyOnce(409);
        assertThat(statuses).filteredOn(status -> status != 409).containsOnly(200);
    }

    /** A cancelled turn lets the next queued turn start, which has to end as well. */
    @Test
    void queuedTurnsOfDisabledAccountAreCancelled() {
        Person person = Person.registered();
        String conversation = thinks(person, "").text("conversation_id");
        IntStream.range(0, 3)
                .forEach(ignored ->
                        thinks(
                                person,
                                ",\"when_busy\":\"enqueue\",\"conversation_id\":\"%s\""
                                        .formatted(conversation)));
        assertThat(unfinished(person)).isEqualTo(4);

        assertThat(change(person, true).status()).isEqualTo(200);

        assertThat(unfinished(person)).isZero();
    }

    private static ApiResponse thinks(Person person, String more) {
        return person.posts(
                "/api/chat",
                "{\"message\":\"think 60000\",\"agent_type\":\"assistant\"%s}".formatted(more),
                "Prefer",
                "respond-async");
    }

    private static long unfinished(Person person) {
        return Postgres.database()
                .count(
                        "select count(*) from turns where user_id = ? and status in ('running',"
                                + " 'queued')",
                        person.id());
    }

    private static Person onlyAdmin() {
        Postgres.database()
                .change("update accounts set roles = '{user}' where 'admin' = any (roles)");
        return Person.admin();
    }

    private static ApiResponse disables(Person admin, Person person) {
        return admin.patches("/api/admin/users/" + person.id(), "{\"disabled\":true}");
    }

    private static ApiResponse change(Person person, boolean isDisabled) {
        return Person.admin()
                .patches(
                        "/api/admin/users/" + person.id(),
                        "{\"disabled\":%s}".formatted(isDisabled));
    }
}
