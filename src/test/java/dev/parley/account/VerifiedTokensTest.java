package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A token whose signature is known is no more than that. */
@ParleyTest
@TestProfile(VerifiedTokensTest.ThreeSeconds.class)
class VerifiedTokensTest {

    @Inject VerifiedTokens verified;
    @Inject MeterRegistry meters;

    @Test
    void areRememberedUntilTheyExpire() {
        Person person = Person.registered();
        assertThat(verified.find(person.token())).isEmpty();

        assertThat(person.gets("/api/auth/me").status()).isEqualTo(200);
        assertThat(verified.find(person.token())).isPresent();
        double lookedAt = lookedAt();
        assertThat(person.gets("/api/auth/me").text("id")).isEqualTo(person.id().toString());
        assertThat(lookedAt()).isEqualTo(lookedAt);

        Wait.until(() -> person.gets("/api/auth/me").status() == 401);
        assertThat(verified.find(person.token())).isEmpty();
    }

    @Test
    void letNobodyInWhosePasswordHasChanged() {
        Person person = Person.registered();
        assertThat(person.gets("/api/auth/me").status()).isEqualTo(200);

        Postgres.database()
                .change(
                        "update accounts set password_version = password_version + 1 where id = ?",
                        person.id());

        assertThat(verified.find(person.token())).isPresent();
        assertThat(person.gets("/api/auth/me").status()).isEqualTo(401);
    }

    @Test
    void areNotThoseThatOnlyLookAlike() {
        Person person = Person.registered();
        assertThat(person.gets("/api/auth/me").status()).isEqualTo(200);
        String token = person.token();
        String forged = token.substring(0, token.length() - 4) + "AAAA";

        assertThat(Person.send("GET", "/api/auth/me", forged, null).status()).isEqualTo(401);
        assertThat(verified.find(forged)).isEmpty();
    }

    private double lookedAt() {
        return meters.get("parley.tokens.verified").counter().count();
    }

    /** Long enough to be used, short enough to wait for. */
    public static final class ThreeSeconds implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.auth.token-lifetime", "3s");
        }
    }
}
