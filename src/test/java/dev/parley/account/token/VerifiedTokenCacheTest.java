package dev.parley.account.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestClock;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A token whose signature is known is no more than that. */
@ParleyTest
class VerifiedTokenCacheTest {

    private static final Duration LIFETIME = Duration.ofHours(12);

    @Inject VerifiedTokenCache verified;
    @Inject TestClock clock;
    @Inject MeterRegistry meters;

    @Test
    void areRememberedUntilTheyExpireAndNoLonger() {
        Person person = Person.registered();
        assertThat(verified.find(person.token())).isEmpty();

        assertThat(person.gets("/api/auth/me").status()).isEqualTo(200);
        assertThat(verified.find(person.token())).isPresent();
        double lookedAt = lookedAt();
        assertThat(person.gets("/api/auth/me").text("id")).isEqualTo(person.id().toString());
        assertThat(lookedAt()).isEqualTo(lookedAt);

        try (TestClock.Moved _ = clock.moveBy(LIFETIME.minusMinutes(1))) {
            assertThat(verified.find(person.token())).isPresent();
        }
        try (TestClock.Moved _ = clock.moveBy(LIFETIME.plusSeconds(1))) {
            assertThat(verified.find(person.token())).isEmpty();
        }
    }

    /** Who looks at signatures knows the system's time, whatever the test's clock says. */
    @Test
    void letNobodyInOnceTheyHaveExpired() {
        Person person = Person.registered();
        String expired;
        try (TestClock.Moved _ = clock.moveBy(LIFETIME.plusHours(1).negated())) {
            expired = Person.signIn(person.username(), Person.PASSWORD).text("access_token");
        }

        assertThat(Person.send("GET", "/api/auth/me", expired, null).status()).isEqualTo(401);
        assertThat(verified.find(expired)).isEmpty();
    }

    @Test
    void letNobodyInOnceTheirPasswordHasChanged() {
        Person person = Person.registered();
        assertThat(person.gets("/api/auth/me").status()).isEqualTo(200);

        Postgres.database().endTokensOf(person);

        assertThat(verified.find(person.token())).isPresent();
        assertThat(person.gets("/api/auth/me").status()).isEqualTo(401);
    }

    @Test
    void areNotMistakenForForgedOnesThatLookAlike() {
        Person person = Person.registered();
        assertThat(person.gets("/api/auth/me").status()).isEqualTo(200);
        String token = person.token();
        String forged = token.substring(0, token.length() - 4) + "AAAA";

        assertThat(Person.send("GET", "/api/auth/me", forged, null).status()).isEqualTo(401);
        assertThat(verified.find(forged)).isEmpty();
    }

    private double lookedAt() {
        return meters.get("parley.token.signature.checks").counter().count();
    }
}
