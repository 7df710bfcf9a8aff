package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.IssuerStub;
import dev.parley.testing.Logged;
import dev.parley.testing.Operated;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.SocketClient;
import dev.parley.testing.Wait;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An issuer of the operator's beside Parley's own tokens, an operator's signing key, and an
 * administrator.
 */
@ParleyTest
@WithTestResource(IssuerStub.class)
@TestProfile(Operated.class)
class ExternalIssuerTest {

    @Test
    void letsInUserWhomIssuerVouchesForAndKnowsThemAgain() {
        String subject = UUID.randomUUID().toString();
        String token = IssuerStub.token(subject, "grace", IssuerStub.AUDIENCE);

        List<ApiResponse> answers =
                Person.atOnce(8, () -> Person.send("GET", "/api/auth/me", token, null));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(answers.stream().map(answer -> answer.text("id")).distinct()).hasSize(1);
        assertThat(
                        Postgres.database()
                                .count("select count(*) from accounts where subject = ?", subject))
                .isEqualTo(1);
    }

    @Test
    void letsUserOfIssuerTakeTurns() {
        Person person =
                new Person(
                        "linus",
                        UUID.randomUUID(),
                        IssuerStub.token(
                                UUID.randomUUID().toString(), "linus", IssuerStub.AUDIENCE));

        assertThat(person.says("hello", "echo").reply()).isEqualTo("hello");
    }

    @Test
    void givesUserOfIssuerAnotherNameWhereTheirsIsTaken() {
        Person taken = Person.registered();
        String token =
                IssuerStub.token(
                        UUID.randomUUID().toString(), taken.username(), IssuerStub.AUDIENCE);

        ApiResponse me = Person.send("GET", "/api/auth/me", token, null);

        assertThat(me.status()).isEqualTo(200);
        assertThat(me.text("username")).startsWith(taken.username() + "-");
        assertThat(me.text("id")).isNotEqualTo(taken.id().toString());
    }

    @Test
    void refusesTokenOfIssuerForAnotherAudience() {
        String token = IssuerStub.token(UUID.randomUUID().toString(), "eve", "another-service");

        assertThat(Person.send("GET", "/api/auth/me", token, null).status()).isEqualTo(401);
    }

    @Test
    void letsInUserWhoSignsInHereBesideIssuer() {
        assertThat(Person.registered().gets("/api/auth/me").status()).isEqualTo(200);
    }

    @Test
    void makesAdministratorOfConfigurationAtFirstStart() {
        String token = Person.signIn("root", "a long secret").text("access_token");

        ApiResponse me = Person.send("GET", "/api/auth/me", token, null);

        assertThat(me.json().path("roles").toString()).isEqualTo("[\"user\",\"admin\"]");
    }

    @Test
    void refusesUserOfIssuerWhoIsDisabled() {
        String subject = "disabled-" + UUID.randomUUID();
        String token = IssuerStub.token(subject, "grace", IssuerStub.AUDIENCE);
        String id = Person.send("GET", "/api/auth/me", token, null).text("id");

        Postgres.database()
                .change("update accounts set disabled_at = now() where id = ?::uuid", id);

        assertThat(Person.send("GET", "/api/auth/me", token, null).status()).isEqualTo(401);
    }

    /** What an issuer signs is still text from outside: the database takes not all of it. */
    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void refusesSignedTokenWithOddClaims() {
        Random random = new Random(16);
        String incompressible =
                random.ints(6_000, '0', 'z')
                        .filter(Character::isLetterOrDigit)
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());
        String name = "\"grace\"";
        List<String> odd =
                List.of(
                        IssuerStub.claims("\"a\\u0000b\"", name),
                        IssuerStub.claims("\"a\\ud800b\"", name),
                        IssuerStub.claims("\"" + incompressible + "\"", name),
                        IssuerStub.claims("\"\"", name),
                        IssuerStub.claims("\" \"", name),
                        IssuerStub.claims("7", name),
                        IssuerStub.claims("null", name),
                        IssuerStub.claims("[\"a\"]", name),
                        IssuerStub.claims("{}", name),
                        IssuerStub.claims("true", name),
                        IssuerStub.claims("\"a\"", name)
                                .replaceFirst("\"exp\":\\d+", "\"exp\":\"x\""),
                        IssuerStub.claims("\"a\"", name).replaceFirst("\"exp\":\\d+", "\"exp\":{}"),
                        IssuerStub.claims("\"a\"", name).replaceFirst("\"exp\":\\d+,", ""),
                        IssuerStub.claims("\"a\"", name)
                                .replaceFirst("\"aud\":", "\"aud\":7,\"x\":"));
        assertThat(
                        Person.send(
                                        "GET",
                                        "/api/auth/me",
                                        IssuerStub.signed(IssuerStub.claims("\"a\"", name)),
                                        null)
                                .status())
                .as("without an odd claim")
                .isEqualTo(200);
        SoftAssertions softly = new SoftAssertions();
        for (String claims : odd) {
            try (Logged log = Logged.everything()) {
                ApiResponse refused =
                        Person.send("GET", "/api/auth/me", IssuerStub.signed(claims), null);

                softly.assertThat(refused.status()).as(abbreviated(claims)).isEqualTo(401);
                softly.assertThat(refused.code()).isEqualTo("unauthenticated");
                softly.assertThat(log.lines()).as(abbreviated(claims)).hasSizeLessThanOrEqualTo(1);
                softly.assertThat(log.exceptions()).as(abbreviated(claims)).isEmpty();
            }
        }
        softly.assertAll();
    }

    /** The name is only proposed: what is no name becomes one, and the user comes in. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "null",
                "{}",
                "[\"a\"]",
                "\"\"",
                "\"\\u0000\"",
                "\"\\ud800\"",
                "\"\\u200b\"",
                "\"~\""
            })
    void letsInUserWithOddPreferredName(String name) {
        String claims = IssuerStub.claims("\"" + UUID.randomUUID() + "\"", name);

        ApiResponse me = Person.send("GET", "/api/auth/me", IssuerStub.signed(claims), null);

        assertThat(me.status()).as(me.toString()).isEqualTo(200);
        assertThat(me.text("username")).matches("[A-Za-z0-9][A-Za-z0-9._-]*");
    }

    @Test
    void closesListeningWebSocketOfUserOfIssuerWhoIsDisabled() {
        Person user = ofIssuer("listening-");
        Person other = ofIssuer("listening-");
        try (SocketClient socket = SocketClient.open(user);
                SocketClient ofOther = SocketClient.open(other)) {
            Postgres.database()
                    .change("update accounts set disabled_at = now() where id = ?", user.id());

            Wait.until(socket::isClosed);
            assertThat(socket.closedWith()).isEqualTo(1008);
            assertThat(ofOther.isClosed()).isFalse();
        }
    }

    private static Person ofIssuer(String prefix) {
        String name = prefix + UUID.randomUUID().toString().substring(0, 8);
        String token = IssuerStub.token(name, name, IssuerStub.AUDIENCE);
        String id = Person.send("GET", "/api/auth/me", token, null).text("id");
        return new Person(name, UUID.fromString(id), token);
    }

    private static String abbreviated(String claims) {
        return claims.substring(0, Math.min(claims.length(), 300));
    }
}
