package dev.parley.console;

import static dev.parley.console.BrowserAtIssuer.answerOfIssuer;
import static dev.parley.console.BrowserAtIssuer.arrive;
import static dev.parley.console.BrowserAtIssuer.assertRefused;
import static dev.parley.console.BrowserAtIssuer.begin;
import static dev.parley.console.BrowserAtIssuer.browser;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.IssuerStub;
import dev.parley.testing.ParleyTest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Strangers make Parley ask the issuer a few times only. */
@ParleyTest
@WithTestResource(IssuerStub.class)
@TestProfile(IssuerSignInLimitTest.ThreeFailures.class)
class IssuerSignInLimitTest {

    @Test
    void countsFailuresOfAddressAndNothingElse() {
        IssuerStub.signsIn(UUID.randomUUID().toString(), "grace");
        for (int i = 0; i < 5; i++) {
            assertThat(arrive(begin()).header("Location")).isEqualTo("../");
        }
        for (int i = 0; i < 5; i++) {
            // Any site can send a browser here
            assertRefused(browser().get("/console/session/oidc?error=x"));
        }
        for (int i = 0; i < 3; i++) {
            Response begun = begin();
            String guess =
                    answerOfIssuer(begun).replaceFirst("code=[^&]*", "code=" + UUID.randomUUID());
            assertRefused(browser().cookies(begun.detailedCookies()).get(guess));
        }

        assertRefused(arrive(begin()));
    }

    /** Three failed sign-ins in a quarter of an hour. */
    public static class ThreeFailures implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.ratelimit.enabled", "true",
                    "parley.ratelimit.failed-logins.limit", "3",
                    "parley.ratelimit.failed-logins.burst", "3");
        }
    }
}
