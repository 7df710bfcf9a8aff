package dev.parley.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.RawHttp;
import dev.parley.testing.Wait;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More connections than there may be, in all and from one address. */
@ParleyTest
@TestProfile(ConnectionLimitTest.FewConnections.class)
public class ConnectionLimitTest {

    @TestHTTPResource(management = true)
    String management;

    private final List<RawHttp> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(RawHttp::close);
    }

    @Test
    void oneAddressHasNoMoreThanItsShare() throws UnknownHostException {
        for (int count = 0; count < 5; count++) {
            assertThat(answers(open("127.0.0.2"))).isTrue();
        }

        assertThat(answers(open("127.0.0.2"))).isFalse();
        assertThat(answers(open("127.0.0.3"))).isTrue();
    }

    @Test
    void closedConnectionMakesPlace() throws UnknownHostException {
        for (int count = 0; count < 5; count++) {
            assertThat(answers(open("127.0.0.2"))).isTrue();
        }
        open.removeFirst().close();

        Wait.until(() -> answers(open("127.0.0.2")));
    }

    @Test
    void probesAndMetricsAnswerWhileAllConnectionsAreTaken() throws UnknownHostException {
        for (int address = 2; address < 6; address++) {
            for (int count = 0; count < 5; count++) {
                open("127.0.0." + address);
            }
        }

        assertThat(answers(open("127.0.0.9"))).isFalse();
        assertThat(management("health/live")).contains("\"UP\"");
        // A connection is counted when the server has accepted it, not when the client has it
        Wait.until(() -> management("metrics").contains("parley_http_connections 12.0"));
        assertThat(management("metrics"))
                .containsPattern("parley_http_connections_refused_total [1-9]");
    }

    private RawHttp open(String from) throws UnknownHostException {
        RawHttp connection = new RawHttp(RestAssured.port, InetAddress.getByName(from));
        open.add(connection);
        return connection;
    }

    /** A refused connection is closed; a request on it may meet a reset. */
    private static boolean answers(RawHttp connection) {
        return connection.isAnswered("GET /api/tasks HTTP/1.1\nHost: a\n\n");
    }

    private String management(String path) {
        return Person.send(
                        HttpRequest.newBuilder(URI.create(management).resolve("/q/" + path))
                                .build())
                .body();
    }

    public static final class FewConnections implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.http.max-connections", "12",
                    "parley.http.max-connections-per-address", "5");
        }
    }
}
