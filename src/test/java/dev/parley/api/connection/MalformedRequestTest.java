package dev.parley.api.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.RawHttp;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that no well-behaved client sends: each gets a problem, and the connection ends. */
@ParleyTest
public class MalformedRequestTest {

    static Stream<Arguments> malformed() {
        String post =
                """
                POST /api/auth/login HTTP/1.1
                Host: a
                Content-Type: application/json
                """;
        return Stream.of(
                Arguments.of(
                        "length and chunks",
                        post + "Content-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n",
                        400,
                        "invalid_request"),
                Arguments.of(
                        "unknown coding",
                        post + "Transfer-Encoding: gzip\n\n",
                        400,
                        "invalid_request"),
                Arguments.of(
                        "two codings",
                        post + "Transfer-Encoding: gzip, chunked\n\n0\n\n",
                        400,
                        "invalid_request"),
                Arguments.of(
                        "chunks in HTTP/1.0",
                        post.replace("HTTP/1.1", "HTTP/1.0")
                                + "Transfer-Encoding: chunked\n\n0\n\n",
                        400,
                        "invalid_request"),
                Arguments.of("two hosts", post + "Host: b\n\n", 400, "invalid_request"),
                Arguments.of("no host", "GET /api/tasks HTTP/1.1\n\n", 400, "invalid_request"),
                Arguments.of("no request", "\u0001\u0002\u0003 what\n\n", 400, "invalid_request"),
                Arguments.of(
                        "length that is no number",
                        post + "Content-Length: five\n\n",
                        400,
                        "invalid_request"),
                Arguments.of(
                        "broken chunk",
                        post + "Transfer-Encoding: chunked\n\nxyz\n",
                        400,
                        "invalid_request"),
                Arguments.of(
                        "long address",
                        "GET /" + "a".repeat(10_000) + " HTTP/1.1\nHost: a\n\n",
                        414,
                        "uri_too_long"),
                Arguments.of(
                        "long header",
                        "GET / HTTP/1.1\nHost: a\nX-Long: " + "a".repeat(20_000) + "\n\n",
                        431,
                        "headers_too_large"),
                Arguments.of(
                        "broken settings of HTTP/2",
                        """
                        GET / HTTP/1.1
                        Host: a
                        Connection: Upgrade, HTTP2-Settings
                        Upgrade: h2c
                        HTTP2-Settings: !!

                        """,
                        400,
                        "invalid_request"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void getsProblemAndEndOfConnection(String what, String request, int status, String code) {
        try (RawHttp connection = new RawHttp()) {
            String response = connection.send(request).readAll();

            assertThat(response).as(what).startsWith("HTTP/1.1 " + status + " ");
            assertThat(response.toLowerCase(Locale.ROOT))
                    .contains("content-type: application/problem+json")
                    .contains("connection: close")
                    .contains("x-request-id: ");
            assertThat(response).contains("\"code\":\"" + code + "\"");
            assertThat(response.split("HTTP/1.1 ", -1)).as("one response").hasSize(2);
        }
    }

    @Test
    void undecodablePathGetsProblem() {
        try (RawHttp connection = new RawHttp()) {
            String response =
                    connection
                            .send("GET /api/%zz HTTP/1.1\nHost: a\nConnection: close\n\n")
                            .readAll();

            assertThat(response)
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"code\":\"invalid_request\"");
        }
    }

    @Test
    void chunkedBodyWithNothingInItGetsProblemAtOnce() {
        Person person = Person.registered();
        try (RawHttp connection = new RawHttp()) {
            String response =
                    connection
                            .send(
                                    """
                                    POST /api/tasks HTTP/1.1
                                    Host: a
                                    Authorization: Bearer %s
                                    Content-Type: application/json
                                    Transfer-Encoding: chunked
                                    Connection: close

                                    0

                                    """
                                            .formatted(person.token()))
                            .readAll();

            assertThat(response)
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"code\":\"invalid_request\"");
        }
    }

    /** Nobody waits for the rest of a body whose request was refused. */
    @Test
    void restOfRefusedBodyIsDroppedAndNextRequestServed() {
        try (RawHttp connection = new RawHttp()) {
            connection.send(
                    """
                    POST /api/tasks HTTP/1.1
                    Host: a
                    Content-Type: application/json
                    Content-Length: 100000

                    {\
                    """);
            assertThat(connection.readUntil("}")).startsWith("HTTP/1.1 401 ");

            connection.send(" ".repeat(99_999));
            connection.send("GET /api/tasks HTTP/1.1\nHost: a\n\n");

            assertThat(connection.readUntil("}")).startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void endlessBodyOfRefusedRequestIsCutOff() {
        try (RawHttp connection = new RawHttp()) {
            connection.send(
                    """
                    POST /api/tasks HTTP/1.1
                    Host: a
                    Content-Type: application/json
                    Transfer-Encoding: chunked

                    1
                    {
                    """);
            assertThat(connection.readUntil("}")).startsWith("HTTP/1.1 401 ");
            String chunk = "10000\n" + " ".repeat(0x10000) + "\n";

            assertThatThrownBy(
                            () -> {
                                for (int megabytes = 0; megabytes < 16 * 64; megabytes++) {
                                    connection.send(chunk);
                                }
                            })
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void anonymousCallerMaySendLittle() {
        Person.ApiResponse refused =
                Person.send(
                        "POST",
                        "/api/auth/login",
                        null,
                        "{\"username\":\"a\",\"password\":\"%s\"}".formatted("x".repeat(20_000)));

        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.code()).isEqualTo("too_large");
    }
}
