package dev.parley.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.testing.Person;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints over TLS, with a certificate of the operator's. */
class ModelEndpointTlsTest {

    private static final String PASSWORD = "of the test";
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    private static final int CALLS = 10;

    private final Vertx vertx = Vertx.vertx();
    private final List<HttpVersion> versions = new CopyOnWriteArrayList<>();
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final CountDownLatch allArrived = new CountDownLatch(CALLS);
    private Path certificate;

    @BeforeEach
    void trust(@TempDir Path home) throws IOException, InterruptedException {
        certificate = home.resolve("endpoint.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-alias",
                                "endpoint",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "SAN=dns:localhost",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                certificate.toString())
                        .inheritIO()
                        .start();
        assertThat(keytool.waitFor()).isZero();
        System.setProperty(TRUST_STORE, certificate.toString());
        System.setProperty(TRUST_STORE + "Password", PASSWORD);
    }

    @AfterEach
    void forget() {
        System.clearProperty(TRUST_STORE);
        System.clearProperty(TRUST_STORE + "Password");
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Ten calls wait at once, and all of them on one connection. */
    @Test
    void speakHttp2WhereTheyOfferIt() {
        askAtOnce(endpoint(true));

        assertThat(versions).hasSize(CALLS).containsOnly(HttpVersion.HTTP_2);
        assertThat(connections).hasSize(1);
    }

    @Test
    void speakHttp1WhereTheyOfferNothingElse() {
        askAtOnce(endpoint(false));

        assertThat(versions).hasSize(CALLS).containsOnly(HttpVersion.HTTP_1_1);
        assertThat(connections).hasSize(CALLS);
    }

    private void askAtOnce(HttpServer endpoint) {
        try (PlainModel plain =
                new PlainModel(
                        Map.of(
                                "parley.model.base-url",
                                "https://localhost:%d/v1".formatted(endpoint.actualPort())))) {
            Person.atOnce(
                    CALLS,
                    () -> {
                        plain.endpoint()
                                .complete(
                                        JsonNodeFactory.instance.objectNode(),
                                        Duration.ofSeconds(30),
                                        true,
                                        () -> false,
                                        chunk -> {});
                        return true;
                    });
        }
    }

    private HttpServer endpoint(boolean offersHttp2) {
        return vertx.createHttpServer(
                        new HttpServerOptions()
                                .setSsl(true)
                                .setUseAlpn(offersHttp2)
                                .setKeyCertOptions(
                                        new PfxOptions()
                                                .setPath(certificate.toString())
                                                .setPassword(PASSWORD)))
                .requestHandler(this::answer)
                .listen(0, "localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Answers when all calls have arrived. */
    private void answer(HttpServerRequest request) {
        versions.add(request.version());
        connections.add(request.connection());
        allArrived.countDown();
        vertx.executeBlocking(
                        () -> {
                            allArrived.await();
                            return true;
                        },
                        false)
                .onSuccess(_ ->
                        request.response()
                                .putHeader("Content-Type", "text/event-stream")
                                .end(
                                        """
                                        data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}

                                        data: [DONE]

                                        """));
    }
}
