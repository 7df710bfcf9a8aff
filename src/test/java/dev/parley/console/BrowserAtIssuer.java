package dev.parley.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

/** A sign-in at the issuer, step by step as a browser does it. */
final class BrowserAtIssuer {

    private BrowserAtIssuer() {}

    /** The answer sends the browser to the issuer. */
    static Response begin() {
        Response begun = browser().get("/console/session/oidc");
        assertThat(begun.statusCode()).isEqualTo(302);
        return begun;
    }

    /** Goes to the issuer and comes back. */
    static Response arrive(Response begun) {
        return browser().cookies(begun.detailedCookies()).get(answerOfIssuer(begun));
    }

    /** The address with which the issuer sends the browser back. */
    static String answerOfIssuer(Response begun) {
        return browser().get(begun.header("Location")).header("Location");
    }

    static void assertRefused(Response response) {
        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(response.header("Location")).isEqualTo("../?sign_in=failed");
        assertThat(response.cookies()).doesNotContainKey("parley_session");
    }

    static RequestSpecification browser() {
        return given().redirects().follow(false).urlEncodingEnabled(false);
    }
}
