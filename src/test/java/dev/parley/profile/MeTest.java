package dev.parley.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One's own account, and what an administrator sees of it. */
@ParleyTest
class MeTest {

    @Test
    void changeOfAccountKeepsWhatIsNotGiven() {
        Person person = Person.registered();

        ApiResponse changed =
                person.patches(
                        "/api/me", "{\"email\":\"new-%s@example.org\"}".formatted(person.id()));

        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
        assertThat(changed.text("username")).isEqualTo(person.username());
        assertThat(changed.text("email")).startsWith("new-");
        assertThat(person.gets("/api/me").body()).isEqualTo(changed.body());
    }

    @Test
    void newPasswordEndsOlderTokens() {
        Person person = Person.registered();

        ApiResponse wrong =
                person.patches(
                        "/api/me",
                        "{\"current_password\":\"not this one\",\"password\":\"a better horse\"}");
        ApiResponse missing = person.patches("/api/me", "{\"password\":\"a better horse\"}");
        ApiResponse changed =
                person.patches(
                        "/api/me",
                        "{\"current_password\":\"correct horse\",\"password\":\"a better horse\"}");

        assertThat(wrong.code()).isEqualTo("forbidden");
        assertThat(missing.code()).isEqualTo("invalid_request");
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
        assertThat(person.gets("/api/me").status()).isEqualTo(401);
        assertThat(Person.signIn(person.username(), Person.PASSWORD).status()).isEqualTo(401);
        assertThat(Person.signIn(person.username(), "a better horse").status()).isEqualTo(200);
    }

    @Test
    void refusesNameOfAnotherUser() {
        Person person = Person.registered();
        Person other = Person.registered();

        ApiResponse refused =
                person.patches(
                        "/api/me",
                        "{\"username\":\"%s\"}"
                                .formatted(other.username().toUpperCase(Locale.ROOT)));

        assertThat(refused.code()).isEqualTo("already_exists");
        assertThat(person.gets("/api/me").text("username")).isEqualTo(person.username());
    }

    @Test
    void changesNothingOfAccountWhereOnePartIsRefused() {
        Person person = Person.registered();
        Person other = Person.registered();

        ApiResponse refused =
                person.patches(
                        "/api/me",
                        "{\"temperature\":0.7,\"username\":\"%s\"}".formatted(other.username()));

        assertThat(refused.code()).isEqualTo("already_exists");
        assertThat(person.gets("/api/me").json().has("temperature")).isFalse();
    }

    @Test
    void setsTemperatureAndTakesItAway() {
        Person person = Person.registered();

        assertThat(
                        person.patches("/api/me", "{\"temperature\":0.7}")
                                .json()
                                .path("temperature")
                                .asDouble())
                .isEqualTo(0.7);
        assertThat(person.patches("/api/me", "{\"temperature\":null}").json().has("temperature"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"temperature\":2.1}",
                "{\"temperature\":-0.1}",
                "{\"temperature\":\"hot\"}",
                "{\"temperature\":\"\"}",
                "{\"temperature\":\"0.9\"}",
                "{\"temperature\":true}",
                "{\"username\":null}",
                "{\"username\":\"x\"}",
                "{\"email\":\"\"}",
                "{\"email\":\"nobody\"}",
                "{\"roles\":[\"admin\"]}",
                "{\"current_password\":\"correct horse\",\"password\":\"short\"}",
                "[]"
            })
    void refusesChangeOfAccountThatMakesNoSense(String body) {
        assertThat(Person.registered().patches("/api/me", body).code())
                .isEqualTo("invalid_request");
    }

    @Test
    void onlyAdministratorListsAndFindsUsers() {
        Person admin = Person.admin();
        Person person = Person.registered();

        assertThat(
                        admin.gets("/api/admin/users?limit=1")
                                .json()
                                .path("data")
                                .get(0)
                                .path("id")
                                .asText())
                .isEqualTo(person.id().toString());
        assertThat(
                        admin.gets(
                                        "/api/admin/users?username="
                                                + person.username().toUpperCase(Locale.ROOT))
                                .json()
                                .path("data"))
                .hasSize(1);
        assertThat(admin.gets("/api/admin/users/" + person.id()).text("username"))
                .isEqualTo(person.username());
        assertThat(admin.gets("/api/admin/users/" + java.util.UUID.randomUUID()).code())
                .isEqualTo("not_found");
        for (String path : new String[] {"/api/admin/users", "/api/admin/users/" + person.id()}) {
            assertThat(person.gets(path).code()).isEqualTo("forbidden");
        }
        assertThat(person.deletes("/api/admin/users/" + admin.id()).code()).isEqualTo("forbidden");
        assertThat(person.posts("/api/admin/quota/reconcile", "").code()).isEqualTo("forbidden");
    }
}
