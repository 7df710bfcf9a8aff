package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Wait;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
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
        Wait.until(() -> dev.parley.testing.Postgres.database().turns("running") > 0);

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

    private static ApiResponse change(Person person, boolean isDisabled) {
        return Person.admin()
                .patches(
                        "/api/admin/users/" + person.id(),
                        "{\"disabled\":%s}".formatted(isDisabled));
    }
}
