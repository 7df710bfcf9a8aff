package dev.parley.account.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.testing.Logged;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that nobody was given, and tokens with a valid signature and odd claims. */
@ParleyTest
class HostileTokenTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Inject SigningKeys keys;

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "..",
                "...",
                "....",
                ".....................",
                "a",
                "a.",
                ".a",
                "a..",
                "..a",
                "a.b.c.",
                "e30.e30.e30",
                "e30.e30.",
                "e30.bnVsbA.e30",
                "bnVsbA.bnVsbA.e30",
                "W10.W10.e30",
                "%%%.%%%.%%%",
                "a b c",
                "a.b.c.d.e",
                "e30.eyJpc3MiOjF9.e30",
                "e30.eyJpc3MiOiJ1cm46cGFybGV5In0.e30",
                "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOiJuZXZlciJ9.e30",
                "\u00e9.\u00e9.\u00e9"
            })
    void tokenOfStrangerIsRefusedWithOneLineAtMost(String token) {
        try (Logged log = Logged.everything()) {
            for (String path : List.of("/api/auth/me", "/api/tasks", "/api/admin/users")) {
                Person.ApiResponse refused = Person.send("GET", path, token, null);

                assertThat(refused.status()).as(token).isEqualTo(401);
                assertThat(refused.code()).isEqualTo("unauthenticated");
            }
            assertThat(log.lines())
                    .hasSizeLessThanOrEqualTo(3)
                    .noneMatch(line -> line.contains("\n"));
            assertThat(log.exceptions()).isEmpty();
        }
    }

    /** Nor does another method, a resource for everybody, or a path that does not exist. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer ...",
                "bearer ...",
                "BEARER  ....",
                "Bearer",
                "Bearer  .",
                "Basic ...",
                "Negotiate ...",
                "DPoP ...",
                "..."
            })
    void headerOfStrangerIsNoErrorAnywhere(String header) {
        String login = "{\"username\":\"nobody\",\"password\":\"wrong horse\"}";
        for (String[] request :
                new String[][] {
                    {"POST", "/api/chat", "{\"message\":\"hello\"}"},
                    {"DELETE", "/api/me", ""},
                    {"GET", "/api/turns/00000000-0000-7000-8000-000000000000/events", ""},
                    {"GET", "/api/no-such-path", ""},
                    {"POST", "/api/auth/login", login},
                    {"POST", "/api/auth/register", "{}"}
                }) {
            try (Logged log = Logged.everything()) {
                ApiResponse refused =
                        Person.send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        "http://localhost:"
                                                                + RestAssured.port
                                                                + request[1]))
                                        .header("Authorization", header)
                                        .header("Content-Type", "application/json")
                                        .method(
                                                request[0],
                                                HttpRequest.BodyPublishers.ofString(request[2]))
                                        .build());

                assertThat(refused.status()).as(request[1]).isBetween(400, 499);
                assertThat(refused.code()).as(request[1]).isNotEmpty();
                assertThat(log.lines()).as(request[1]).hasSizeLessThanOrEqualTo(1);
                assertThat(log.exceptions()).as(request[1]).isEmpty();
            }
        }
    }

    /** Such a token comes from a key that leaked, or from a fault of Parley's own. */
    @Test
    void signedTokenWithOddClaimsIsRefused() throws Exception {
        Person person = Person.registered();
        String good = claims(person.token());
        String subject = "\"" + person.id() + "\"";
        assertThat(status(good)).isEqualTo(200);

        for (String odd :
                List.of(
                        good.replace(subject, "7"),
                        good.replace(subject, "null"),
                        good.replace(subject, "[\"a\"]"),
                        good.replace(subject, "{}"),
                        good.replace(subject, "\"ada\""),
                        good.replace(subject, "\"" + "9".repeat(3_000) + "\""),
                        good.replaceFirst("\"sub\":\"[^\"]*\",?", ""),
                        good.replaceFirst("\"pwv\":\\d+", "\"pwv\":\"0\""),
                        good.replaceFirst("\"pwv\":\\d+", "\"pwv\":-1"),
                        good.replaceFirst("\"pwv\":\\d+", "\"pwv\":0.5"),
                        good.replaceFirst("\"pwv\":\\d+", "\"pwv\":1e300"),
                        good.replaceFirst("\"pwv\":\\d+", "\"pwv\":99999999999999999999999"),
                        good.replaceFirst("\"pwv\":\\d+", "\"pwv\":[0]"),
                        good.replaceFirst("\"pwv\":\\d+", "\"pwv\":{}"),
                        good.replaceFirst("\"pwv\":\\d+", "\"pwv\":null"),
                        good.replaceFirst("\"pwv\":\\d+,?", ""),
                        good.replaceFirst("\"exp\":\\d+", "\"exp\":\"never\""),
                        good.replaceFirst("\"exp\":\\d+", "\"exp\":1e400"),
                        good.replaceFirst("\"exp\":\\d+", "\"exp\":-1"),
                        good.replaceFirst("\"exp\":\\d+", "\"exp\":null"),
                        good.replaceFirst("\"exp\":\\d+,?", ""),
                        good.replaceFirst("\"iss\":\"[^\"]*\"", "\"iss\":7"),
                        good.replaceFirst("\"iss\":\"[^\"]*\"", "\"iss\":[]"),
                        good.replaceFirst("\"aud\":\"[^\"]*\"", "\"aud\":{}"),
                        good.replaceFirst("\"aud\":\"[^\"]*\"", "\"aud\":[1]"),
                        good.replaceFirst("\"iat\":\\d+", "\"iat\":\"then\""),
                        "[]",
                        "null",
                        "7")) {
            assertThat(odd).isNotEqualTo(good);
            assertThat(status(odd)).as(odd).isEqualTo(401);
        }
    }

    /** Claims that nobody reads do no harm, whatever they are. */
    @Test
    void otherClaimsAreIgnored() throws Exception {
        String good = claims(Person.registered().token());

        for (String more :
                List.of(
                        "\"groups\":7",
                        "\"groups\":{\"a\":1}",
                        "\"realm_access\":[]",
                        "\"upn\":{}",
                        "\"scope\":{}",
                        "\"typ\":9",
                        "\"nbf\":\"x\"")) {
            assertThat(status(good.replaceFirst("\\{", "{" + more + ","))).as(more).isIn(200, 401);
        }
    }

    private int status(String claims) throws Exception {
        Person.ApiResponse response =
                Person.send("GET", "/api/auth/me", signed(claims, keys.privateKey()), null);
        return response.status();
    }

    private static String claims(String token) throws Exception {
        JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
        return claims.toString();
    }

    private static String signed(String claims, PrivateKey key) throws Exception {
        String signed = base64("{\"typ\":\"JWT\",\"alg\":\"RS256\"}") + "." + base64(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed
                + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
