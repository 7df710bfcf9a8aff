package dev.parley.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.api.problem.Problems;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.RawHttp;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code quarkus.http.idle-timeout} ends idle connections, and none that waits for a response. */
@ParleyTest
@TestProfile(IdleConnectionTest.ShortIdleTimeout.class)
public class IdleConnectionTest {

    @Inject Problems problems;

    @ParameterizedTest
    @EnumSource
    void replyThatTakesLongerThanTheTimeoutArrives(HttpClient.Version version) throws Exception {
        Person person = Person.registered();
        try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
            // The first request of a connection is upgraded to HTTP/2
            client.send(
                    request(person, "/api/tasks").build(), HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> reply =
                    client.send(
                            request(person, "/api/chat")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    "{\"message\":\"think 3000"
                                                        + " done\",\"agent_type\":\"assistant\"}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(reply.statusCode()).isEqualTo(200);
            assertThat(reply.version()).isEqualTo(version);
        }
    }

    @Test
    void connectionWithoutRequestIsClosed() {
        try (RawHttp connection = new RawHttp()) {
            connection.send("GET /api/tasks HTTP/1.1\nHost: a\n\n").readUntil("}");

            assertThat(connection.isClosedByServer()).isTrue();
        }
    }

    /** The server looks after WebSockets itself: by pings, and by the end of their tokens. */
    @Test
    void upgradedConnectionAwaitsNoResponse() {
        RefusalHandler requests = new RefusalHandler(problems);
        EmbeddedChannel connection = new EmbeddedChannel(requests);

        receive(connection, HttpMethod.GET);
        assertThat(requests.isResponseAwaited()).isTrue();
        connection.writeOutbound(response(HttpResponseStatus.SWITCHING_PROTOCOLS));

        assertThat(requests.isResponseAwaited()).isFalse();
        connection.finishAndReleaseAll();
    }

    /** The second request protects neither response less, nor any response for longer. */
    @Test
    void responseIsAwaitedWhileNextRequestArrives() {
        RefusalHandler requests = new RefusalHandler(problems);
        EmbeddedChannel connection = new EmbeddedChannel(requests);

        receive(connection, HttpMethod.POST);
        connection.writeInbound(head(HttpMethod.POST));
        assertThat(requests.isResponseAwaited()).isTrue();
        connection.writeOutbound(response(HttpResponseStatus.OK));
        assertThat(requests.isResponseAwaited()).isFalse();
        connection.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);

        assertThat(requests.isResponseAwaited()).isTrue();
        connection.finishAndReleaseAll();
    }

    private static void receive(EmbeddedChannel connection, HttpMethod method) {
        connection.writeInbound(head(method), LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private static DefaultHttpRequest head(HttpMethod method) {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, "/");
    }

    private static DefaultFullHttpResponse response(HttpResponseStatus status) {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
    }

    private static HttpRequest.Builder request(Person person, String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                .header("Authorization", "Bearer " + person.token())
                .header("Content-Type", "application/json");
    }

    /** An idle timeout that a turn exceeds. */
    public static class ShortIdleTimeout implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("quarkus.http.idle-timeout", "1S");
        }
    }
}
