package dev.parley.api.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asked by a server that tells each client where it comes from. */
class ClientAddressTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ClientAddress BEHIND_PROXIES =
            new ClientAddress(trusting("127.0.0.0/8", "10.0.0.0/8"));
    private static final ClientAddress BEHIND_NOBODY = new ClientAddress(trusting());
    private static HttpServer server = VERTX.createHttpServer();

    @BeforeAll
    static void serve() throws Exception {
        server.requestHandler(request -> {
            ClientAddress address =
                    request.uri().startsWith("/behind-proxies") ? BEHIND_PROXIES : BEHIND_NOBODY;
            request.response().end(address.of(request));
        });
        server = server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get();
    }

    @AfterAll
    static void stop() throws Exception {
        HTTP.shutdownNow();
        VERTX.close().toCompletionStage().toCompletableFuture().get();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.5                        | 203.0.113.5",
                "192.0.2.77, 203.0.113.5            | 203.0.113.5",
                "192.0.2.77, 203.0.113.5, 10.1.1.1  | 203.0.113.5",
                "10.2.2.2, 10.1.1.1                 | 10.2.2.2",
                "203.0.113.5, nonsense              | 127.0.0.1",
                "203.0.113.5, nonsense, 10.1.1.1    | 10.1.1.1",
                "203.0.113.5:4711                   | 203.0.113.5",
                "::ffff:203.0.113.5                 | 203.0.113.5",
                "[2001:db8:1:2:3:4:5:6]:4711        | 2001:db8:1:2::/64",
                "2001:db8:1:2:ffff::1               | 2001:db8:1:2::/64"
            })
    void readsTheChainFromItsEndWhileTrustedProxiesTell(String chain, String client) {
        assertThat(told("/behind-proxies", chain)).isEqualTo(client);
    }

    @Test
    void readsTheLinesOfTheChainInTheirOrder() {
        assertThat(told("/behind-proxies", "192.0.2.77", "203.0.113.5, 10.1.1.1"))
                .isEqualTo("203.0.113.5");
        assertThat(told("/behind-proxies", "203.0.113.5", "10.1.1.1")).isEqualTo("203.0.113.5");
    }

    @Test
    void believesNobodyWhereNoProxyIsTrusted() {
        assertThat(told("/behind-nobody", "203.0.113.5")).isEqualTo("127.0.0.1");
        assertThat(told("/behind-nobody")).isEqualTo("127.0.0.1");
    }

    @Test
    void followsTheChainForThirtyTwoProxiesAtMost() {
        String proxies =
                IntStream.rangeClosed(1, 40)
                        .mapToObj(number -> "10.0.0." + number)
                        .collect(Collectors.joining(", "));

        assertThat(told("/behind-proxies", "203.0.113.5, " + proxies)).isEqualTo("10.0.0.9");
    }

    private static String told(String path, String... chain) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d%s".formatted(server.actualPort(), path)));
        for (String line : chain) {
            request.header("X-Forwarded-For", line);
        }
        try {
            return HTTP.send(
                            request.version(HttpClient.Version.HTTP_1_1).build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static HttpConfig trusting(String... proxies) {
        SmallRyeConfigBuilder config =
                new SmallRyeConfigBuilder()
                        .withMapping(HttpConfig.class)
                        .withConverter(MemorySize.class, 100, new MemorySizeConverter())
                        .withConverter(Duration.class, 100, new DurationConverter())
                        .withDefaultValue("parley.http.max-body-size", "1");
        if (proxies.length > 0) {
            config.withDefaultValue("parley.http.trusted-proxies", String.join(",", proxies));
        }
        return config.build().getConfigMapping(HttpConfig.class);
    }
}
