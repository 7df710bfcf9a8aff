package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Inside;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.Answer;
import dev.parley.testing.Postgres;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ParleyTest
class AccountTest {

    private final Inside<StoredKeys> keys = Inside.of(StoredKeys.class);
    private final Inside<Passwords> passwords = Inside.of(Passwords.class);

    @Test
    void isMadeByRegisteringAndCanBeRead() {
        Person person = Person.registered();

        Answer me = person.gets("/api/auth/me");

        assertThat(me.status()).isEqualTo(200);
        assertThat(me.text("id")).isEqualTo(person.id().toString());
        assertThat(me.text("username")).isEqualTo(person.username());
        assertThat(me.text("email")).isEqualTo(person.username() + "@example.org");
        assertThat(me.json().path("roles").get(0).asText()).isEqualTo("user");
        assertThat(me.text("created_at")).endsWith("Z");
        assertThat(me.body()).doesNotContain("password");
    }

    @Test
    void cannotTakeANameInAnyCaseThatIsTaken() {
        Person person = Person.registered();

        Answer again =
                register(
                        person.username().toUpperCase(Locale.ROOT),
                        "other-" + person.username() + "@example.org");
        Answer sameAddress =
                register("other-" + person.username(), person.username() + "@EXAMPLE.org");

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.code()).isEqualTo("already_exists");
        assertThat(sameAddress.status()).isEqualTo(409);
    }

    @Test
    void isMadeOnceByTwoWhoRegisterAtOnce() {
        String name = "race-" + UUID.randomUUID().toString().substring(0, 8);

        List<Answer> answers = Person.atOnce(8, () -> register(name, name + "@example.org"));

        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() == 409)).hasSize(7);
    }

    @ParameterizedTest
    @CsvSource({
        "ab, a@example.org, long enough, username",
        "-abc, a@example.org, long enough, username",
        "a b c, a@example.org, long enough, username",
        "abc, nonsense, long enough, email",
        "abc, a@example.org, short, password",
    })
    void isRefusedWithTheFieldThatIsWrong(
            String username, String email, String password, String field) {
        Answer answer =
                Person.send(
                        "POST",
                        "/api/auth/register",
                        null,
                        "{\"username\":\"%s\",\"email\":\"%s\",\"password\":\"%s\"}"
                                .formatted(username, email, password));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("errors").get(0).path("field").asText()).isEqualTo(field);
        assertThat(answer.body()).doesNotContain(password + "\"");
    }

    @Test
    void refusesAPasswordThatBcryptWouldCut() {
        Answer answer =
                Person.send(
                        "POST",
                        "/api/auth/register",
                        null,
                        "{\"username\":\"abcd\",\"email\":\"a@example.org\",\"password\":\"%s\"}"
                                .formatted("ä".repeat(37)));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("errors").get(0).path("field").asText())
                .isEqualTo("password");
    }

    @Test
    void isNotToldFromNobodyBySignIn() {
        Person person = Person.registered();

        Answer wrongPassword = Person.signIn(person.username(), "wrong horse");
        Answer nobody = Person.signIn("nobody-" + UUID.randomUUID(), "wrong horse");

        assertThat(wrongPassword.status()).isEqualTo(401);
        assertThat(nobody.status()).isEqualTo(401);
        assertThat(nobody.text("detail")).isEqualTo(wrongPassword.text("detail"));
        assertThat(nobody.code()).isEqualTo(wrongPassword.code()).isEqualTo("unauthenticated");
    }

    /**
     * The work is the same, whatever the clock says on a busy machine: a hash is compared either
     * way.
     */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void costsAsMuchForNobodyAsForSomebody() {
        assertThat(passwords.get().matches("nobody's password", null)).isFalse();
    }

    @Test
    void getsATokenThatSaysHowLongItLasts() {
        Person person = Person.registered();

        Answer token = Person.signIn(person.username(), Person.PASSWORD);

        assertThat(token.text("token_type")).isEqualTo("Bearer");
        assertThat(token.json().path("expires_in").asLong()).isEqualTo(43_200);
    }

    @Test
    void isShutOutWhenItHasGone() {
        Person person = Person.registered();
        Postgres.database().change("delete from accounts where id = ?", person.id());

        assertThat(person.gets("/api/auth/me").status()).isEqualTo(401);
        assertThat(person.says("hello", "echo").status()).isEqualTo(401);
    }

    @Test
    void isShutOutWithATokenOlderThanItsPassword() {
        Person person = Person.registered();
        Postgres.database()
                .change(
                        "update accounts set password_version = password_version + 1 where id = ?",
                        person.id());

        assertThat(person.gets("/api/auth/me").status()).isEqualTo(401);
        String newToken = Person.signIn(person.username(), Person.PASSWORD).text("access_token");
        assertThat(
                        new Person(person.username(), person.id(), newToken)
                                .gets("/api/auth/me")
                                .status())
                .isEqualTo(200);
    }

    @Test
    void cannotBeAskedForWhileTheDatabaseIsAway() {
        Person person = Person.registered();
        Postgres.proxy().goAway();
        try {
            Answer answer = person.gets("/api/auth/me");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("database_unavailable");
        } finally {
            Postgres.proxy().comeBack();
        }
        assertThat(person.gets("/api/auth/me").status()).isEqualTo(200);
    }

    @Test
    void refusesTokensThatAreForgedAlteredOrNone() {
        Person person = Person.registered();
        String[] parts = person.token().split("\\.", -1);
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String altered =
                base64(claims.replace(person.id().toString(), UUID.randomUUID().toString()));
        String unsigned = base64("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + parts[1] + ".";

        for (String token :
                List.of(
                        parts[0] + "." + altered + "." + parts[2],
                        unsigned,
                        "garbage",
                        "a.b.c",
                        person.token() + "x")) {
            Answer answer = Person.send("GET", "/api/auth/me", token, null);

            assertThat(answer.status()).as(token).isEqualTo(401);
            assertThat(answer.code()).isEqualTo("unauthenticated");
        }
    }

    /** Two first starts that race, as two replicas do: the one row decides, and both read it. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void agreesOnOneSigningKey() {
        String before =
                Postgres.database().texts("select private_key from signing_keys").getFirst();
        Postgres.database().change("delete from signing_keys");
        try {
            Set<String> offered = ConcurrentHashMap.newKeySet();
            List<String> agreed =
                    Person.atOnce(
                            8,
                            () ->
                                    keys.get()
                                            .agreeOn(() -> {
                                                String mine = UUID.randomUUID().toString();
                                                offered.add(mine);
                                                return mine;
                                            }));

            assertThat(Set.copyOf(agreed)).hasSize(1);
            assertThat(offered).containsAll(agreed);
        } finally {
            Postgres.database().change("update signing_keys set private_key = ?", before);
        }
    }

    private static Answer register(String username, String email) {
        return Person.send(
                "POST",
                "/api/auth/register",
                null,
                "{\"username\":\"%s\",\"email\":\"%s\",\"password\":\"%s\"}"
                        .formatted(username, email, Person.PASSWORD));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
