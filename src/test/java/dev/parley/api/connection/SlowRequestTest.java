package dev.parley.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.RawHttp;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that send nothing, or a byte now and then. */
@ParleyTest
@TestProfile(SlowRequestTest.LittleTime.class)
public class SlowRequestTest {

    @Test
    void silentConnectionIsClosed() {
        try (RawHttp connection = new RawHttp()) {
            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    static Stream<Arguments> drips() {
        String post =
                """
                POST /api/auth/login HTTP/1.1
                Host: a
                Content-Type: application/json
                """;
        return Stream.of(
                Arguments.of("headers", "GET /api/tasks HTTP/1.1\nHost: a\nX-Slow: ", "a"),
                Arguments.of("body", post + "Content-Length: 10000\n\n{", " "),
                Arguments.of("chunks", post + "Transfer-Encoding: chunked\n\n", "1\n \n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("drips")
    void requestThatDripsEndsWithProblem(String what, String beginning, String piece) {
        try (RawHttp connection = new RawHttp()) {
            connection.send(beginning);
            drip(connection, piece);

            assertThat(connection.readAll())
                    .as(what)
                    .startsWith("HTTP/1.1 408 ")
                    .contains("\"code\":\"request_timeout\"");
        }
    }

    @Test
    void headersOfLaterRequestThatDripEndWithProblem() {
        try (RawHttp connection = new RawHttp()) {
            connection.send("GET /api/tasks HTTP/1.1\nHost: a\n\n");
            assertThat(connection.readUntil("}")).startsWith("HTTP/1.1 401 ");

            connection.send("GET /api/ta");
            drip(connection, "a");

            assertThat(connection.readAll()).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void refusedRequestWhoseBodyDripsIsClosed() {
        try (RawHttp connection = new RawHttp()) {
            connection.send(
                    """
                    POST /api/tasks HTTP/1.1
                    Host: a
                    Content-Type: application/json
                    Content-Length: 10000

                    {\
                    """);
            drip(connection, " ");

            assertThat(connection.readAll()).startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void connectionThatWaitsBetweenRequestsStaysOpen() {
        Person person = Person.registered();
        try (RawHttp connection = new RawHttp();
                RawHttp silent = new RawHttp()) {
            String request =
                    "GET /api/tasks HTTP/1.1\nHost: a\nAuthorization: Bearer "
                            + person.token()
                            + "\n\n";
            connection.send(request);
            assertThat(connection.readUntil("}")).startsWith("HTTP/1.1 200 ");
            // The silent connection ends when the time for headers is over
            assertThat(silent.isClosedByServer()).isTrue();

            connection.send(request);

            assertThat(connection.readUntil("}")).startsWith("HTTP/1.1 200 ");
        }
    }

    /** Sends a piece every 50 ms, as a slow client does, until the server has answered. */
    private static void drip(RawHttp connection, String piece) {
        try {
            for (int pieces = 0; pieces < 1_000 && !connection.hasResponse(); pieces++) {
                connection.send(piece);
                Thread.sleep(50);
            }
        } catch (UncheckedIOException closed) {
            return;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    /** Times that a test can wait for. */
    public static final class LittleTime implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.http.header-timeout", "1s", "parley.http.body-timeout", "1s");
        }
    }
}
