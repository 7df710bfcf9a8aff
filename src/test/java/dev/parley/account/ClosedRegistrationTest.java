package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.IssuerStub;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

/**
 * With an issuer for the staff, nobody makes an account by themselves unless that is configured.
 */
@ParleyTest
@WithTestResource(IssuerStub.class)
@TestProfile(ClosedRegistrationTest.ByDefault.class)
class ClosedRegistrationTest {

    @Test
    void refusesRegistrationBeforeAnythingIsMade() {
        Person.ApiResponse refused =
                Person.send(
                        "POST",
                        "/api/auth/register",
                        null,
                        "{\"username\":\"stranger\",\"email\":\"s@example.org\",\"password\":\"%s\"}"
                                .formatted(Person.PASSWORD));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("registration_closed");
        assertThat(Postgres.database().texts("select id from accounts where username = 'stranger'"))
                .isEmpty();
    }

    /** Nothing but the issuer, which the test resource sets. */
    public static final class ByDefault implements QuarkusTestProfile {}
}
