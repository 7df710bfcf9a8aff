package dev.parley.console;

import static dev.parley.console.BrowserAtIssuer.answerOfIssuer;
import static dev.parley.console.BrowserAtIssuer.arrive;
import static dev.parley.console.BrowserAtIssuer.assertRefused;
import static dev.parley.console.BrowserAtIssuer.begin;
import static dev.parley.console.BrowserAtIssuer.browser;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.IssuerStub;
import dev.parley.testing.Logged;
import dev.parley.testing.Operated;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Postgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.DisabledOnIntegrationTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.Cookies;
import io.restassured.response.Response;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signing in to the console at the operator's issuer. */
@ParleyTest
@WithTestResource(IssuerStub.class)
@TestProfile(Operated.class)
class IssuerSignInTest {

    private String subject;

    @BeforeEach
    void somebodyComes() {
        subject = UUID.randomUUID().toString();
        IssuerStub.signsIn(subject, "grace");
    }

    @Test
    void beginsSessionOfTheAccountThatTheIssuersTokensHave() {
        String token = IssuerStub.token(subject, "grace", IssuerStub.AUDIENCE);
        String id =
                given().header("Authorization", "Bearer " + token).get("/api/auth/me").path("id");

        Response arrived = arrive(begin());

        assertThat(arrived.statusCode()).isEqualTo(302);
        assertThat(arrived.header("Location")).isEqualTo("../");
        assertThat(arrived.detailedCookie("parley_session").isHttpOnly()).isTrue();
        assertThat(arrived.detailedCookie("parley_session").getSameSite()).isEqualTo("Strict");
        assertThat(idOf(arrived)).isEqualTo(id);
    }

    @Test
    void keepsNoTokenOfTheIssuer() {
        Response arrived = arrive(begin());

        assertThat(arrived.cookies().keySet())
                .noneMatch(name -> name.startsWith("q_session"))
                .contains("parley_session");
    }

    @Test
    void asksTheIssuerWithPkceStateAndNonce() {
        String address = begin().header("Location");

        assertThat(address)
                .startsWith(issuer() + "/authorize?response_type=code&client_id=parley-console")
                .contains("scope=openid+profile")
                .contains("code_challenge_method=S256", "&state=", "&nonce=");
    }

    @Test
    void refusesCodeOfAnotherBrowser() {
        String answer = answerOfIssuer(begin());

        assertRefused(browser().get(answer));
    }

    /** A token of any kind is no sign-in: it would live for ever, exchanged again and again. */
    @Test
    void exchangesNoTokenForAnother() {
        Response arrived = arrive(begin());
        String own = arrived.cookie("parley_session");
        String ofIssuer = IssuerStub.token(subject, "grace", IssuerStub.AUDIENCE);
        String idToken = IssuerStub.token(subject, "grace", IssuerStub.CLIENT);
        for (String token : List.of(own, ofIssuer, idToken)) {
            for (String path :
                    List.of("/console/session/oidc?code=x", "/console/session/oidc/?code=x")) {
                assertThat(
                                browser()
                                        .header("Authorization", "Bearer " + token)
                                        .cookie("q_auth_console", "x|x")
                                        .get(path)
                                        .cookies())
                        .doesNotContainKey("parley_session");
                assertThat(
                                browser()
                                        .cookie("q_session_console", token + "|x|||x")
                                        .cookie("q_auth_console", "x|x")
                                        .get(path)
                                        .cookies())
                        .doesNotContainKey("parley_session");
            }
        }
    }

    @Test
    void refusesStateOfAnotherSignIn() {
        Response first = begin();
        Response second = begin();

        String answer = answerOfIssuer(first);

        assertRefused(browser().cookies(second.detailedCookies()).get(answer));
    }

    @Test
    void refusesCodeThatTheIssuerDidNotGive() {
        Response begun = begin();
        String answer =
                answerOfIssuer(begun).replaceFirst("code=[^&]*", "code=" + UUID.randomUUID());

        assertRefused(browser().cookies(begun.detailedCookies()).get(answer));
    }

    @Test
    void refusesTokenThatWasMadeForAnotherSignIn() {
        IssuerStub.answersWithNonce("of another");

        assertRefused(arrive(begin()));
    }

    @DisabledOnIntegrationTest("It looks inside")
    @Test
    void logsWhatFailedWithoutTheClaims() {
        IssuerStub.answersWithNonce("of another");

        try (Logged logged = Logged.everything()) {
            assertRefused(arrive(begin()));

            assertThat(logged.lines())
                    .anyMatch(line -> line.contains("A sign-in at the issuer failed"))
                    .noneMatch(line -> line.contains(subject));
        }
    }

    @Test
    void refusesWhomTheIssuerRefuses() {
        Response begun = begin();
        String answer = answerOfIssuer(begun).replaceFirst("code=[^&]*", "error=access_denied");

        assertRefused(browser().cookies(begun.detailedCookies()).get(answer));
    }

    @Test
    void refusesDisabledAccount() {
        arrive(begin());
        Postgres.database()
                .change("update accounts set disabled_at = now() where subject = ?", subject);

        assertRefused(arrive(begin()));
    }

    @Test
    void offersTheIssuerOnTheSignInPage() {
        assertThat(given().get("/console/session").<Boolean>path("issuer_sign_in")).isTrue();
    }

    private static String issuer() {
        URI address = URI.create(begin().header("Location"));
        return "http://" + address.getAuthority();
    }

    private static String idOf(Response arrived) {
        Cookies cookies = arrived.detailedCookies();
        String csrfToken = given().cookies(cookies).get("/console/session").path("csrf_token");
        return given().cookies(cookies)
                .header("X-CSRF-Token", csrfToken)
                .get("/api/auth/me")
                .path("id");
    }
}
