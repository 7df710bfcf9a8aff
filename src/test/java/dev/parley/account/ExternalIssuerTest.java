package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.IssuerStub;
import dev.parley.testing.Operated;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

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
}
