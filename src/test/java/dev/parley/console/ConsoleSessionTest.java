package dev.parley.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.RawWebSocket;
import io.restassured.http.Cookie;
import io.restassured.response.Response;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The console's files and sessions, as a browser asks for them. */
@ParleyTest
class ConsoleSessionTest {

    private static final String PASSWORD = "correct horse";

    private Person person;
    private Cookie cookie;
    private String csrfToken = "";

    @BeforeEach
    void signIn() {
        person = Person.registered();
        Response session = signIn(PASSWORD);
        cookie = session.detailedCookie("parley_session");
        csrfToken = session.path("csrf_token");
    }

    private Response signIn(String password) {
        return given().contentType("application/json")
                .body(
                        "{\"username\":\"%s\",\"password\":\"%s\"}"
                                .formatted(person.username(), password))
                .post("/console/session");
    }

    @Test
    void marksTheCookieForTheBrowserAlone() {
        assertThat(cookie.isHttpOnly()).isTrue();
        assertThat(cookie.getSameSite()).isEqualTo("Strict");
        assertThat(cookie.isSecured()).isFalse();
        assertThat(cookie.getPath()).isEqualTo("/");
        assertThat(cookie.getMaxAge()).isEqualTo(12 * 3600);
    }

    @Test
    void marksTheCookieAsSecureBehindTls() {
        Response session =
                given().contentType("application/json")
                        .header("X-Forwarded-Proto", "https")
                        .body(
                                "{\"username\":\"%s\",\"password\":\"%s\"}"
                                        .formatted(person.username(), PASSWORD))
                        .post("/console/session");

        assertThat(session.detailedCookie("parley_session").isSecured()).isTrue();
    }

    @Test
    void refusesWrongPassword() {
        Response refused = signIn("wrong horse");

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.cookies()).isEmpty();
    }

    @Test
    void callsTheApiWithCookieAndCsrfToken() {
        given().cookie(cookie)
                .header("X-CSRF-Token", csrfToken)
                .get("/api/auth/me")
                .then()
                .statusCode(200)
                .body("username", equalTo(person.username()));
    }

    /** Another site makes the browser send the cookie at most. */
    @Test
    void opensNothingWithTheCookieAlone() {
        given().cookie(cookie).get("/api/auth/me").then().statusCode(401);
        given().cookie(cookie)
                .header("X-CSRF-Token", "")
                .get("/api/auth/me")
                .then()
                .statusCode(401);
        given().cookie(cookie)
                .header("X-CSRF-Token", csrfToken.substring(1))
                .get("/api/auth/me")
                .then()
                .statusCode(401);
        given().header("X-CSRF-Token", csrfToken).get("/api/auth/me").then().statusCode(401);
    }

    @Test
    void prefersTheTokenOfTheRequest() {
        Person other = Person.registered();

        given().cookie(cookie)
                .header("X-CSRF-Token", csrfToken)
                .header("Authorization", "Bearer " + other.token())
                .get("/api/auth/me")
                .then()
                .body("username", equalTo(other.username()));
    }

    @Test
    void tellsTheCsrfTokenToItsOwnOriginOnly() {
        given().cookie(cookie)
                .header("Sec-Fetch-Site", "same-origin")
                .get("/console/session")
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("csrf_token", equalTo(csrfToken));
        given().cookie(cookie)
                .header("Sec-Fetch-Site", "same-site")
                .get("/console/session")
                .then()
                .statusCode(200)
                .body("csrf_token", nullValue());
        given().get("/console/session").then().body("csrf_token", nullValue());
    }

    @Test
    void beginsAndEndsSessionsForItsOwnOriginOnly() {
        given().header("Sec-Fetch-Site", "cross-site")
                .post("/console/session/trial")
                .then()
                .statusCode(403);
        given().header("Sec-Fetch-Site", "cross-site")
                .cookie(cookie)
                .delete("/console/session")
                .then()
                .statusCode(403);
    }

    @Test
    void endsWithEveryToken() {
        given().cookie(cookie)
                .header("X-CSRF-Token", csrfToken)
                .delete("/api/auth/tokens")
                .then()
                .statusCode(204);

        given().cookie(cookie)
                .header("X-CSRF-Token", csrfToken)
                .get("/api/auth/me")
                .then()
                .statusCode(401);
    }

    @Test
    void forgetsTheSession() {
        Cookie ended =
                given().cookie(cookie)
                        .delete("/console/session")
                        .then()
                        .statusCode(204)
                        .extract()
                        .detailedCookie("parley_session");

        assertThat(ended.getValue()).isEmpty();
        assertThat(ended.getMaxAge()).isZero();
    }

    /** The database of the tests is not embedded. */
    @Test
    void makesNoTrialAccountsWhereNobodyTriesOut() {
        given().post("/console/session/trial").then().statusCode(404);
        given().get("/console/session").then().body("trial", equalTo(false));
    }

    @Test
    void opensWebSocketWithCsrfTokenAsSubProtocol() throws IOException {
        String session = "Cookie: parley_session=" + cookie.getValue();
        try (RawWebSocket socket = RawWebSocket.connect()) {
            RawWebSocket.Response response =
                    socket.handshake(session, "Sec-WebSocket-Protocol: parley, csrf." + csrfToken);

            assertThat(response.status()).isEqualTo(101);
            assertThat(response.toString()).doesNotContain(csrfToken);
        }
        try (RawWebSocket socket = RawWebSocket.connect()) {
            assertThat(
                            socket.handshake(
                                            session,
                                            "Sec-WebSocket-Protocol: parley, csrf.x" + csrfToken)
                                    .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void leadsToThePage() {
        for (String path : new String[] {"/", "/console"}) {
            given().redirects()
                    .follow(false)
                    .get(path)
                    .then()
                    .statusCode(302)
                    .header("Location", endsWith("console/"));
        }
    }

    @Test
    void servesThePageWithItsPolicy() {
        Response page = given().get("/console/");

        page.then()
                .statusCode(200)
                .contentType("text/html; charset=utf-8")
                .header("Content-Security-Policy", containsString("script-src 'self';"))
                .header("Content-Security-Policy", not(containsString("unsafe")))
                .header("Cache-Control", "no-cache")
                // Relative, for proxies that add a path
                .body(containsString("src=\"assets/app-"));
        given().header("If-None-Match", page.header("ETag"))
                .get("/console/")
                .then()
                .statusCode(304)
                .body(equalTo(""));
    }

    @Test
    void servesOnlyItsOwnFiles() {
        given().get("/console/assets/page.html").then().statusCode(404);
        given().get("/console/assets/application.properties").then().statusCode(404);
        given().get("/console/assets/..%2f..%2fapplication.properties").then().statusCode(404);
        given().get("/console/other").then().statusCode(404);
    }
}
