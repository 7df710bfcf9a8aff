package dev.parley.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.HashSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Exchanges that share one connection. */
class HttpExchangeTest {

    private static final long MILLIS = 10_000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client =
            vertx.httpClientBuilder().with(new PoolOptions().setHttp1MaxSize(1)).build();
    private final CompletableFuture<HttpServerResponse> secondResponse = new CompletableFuture<>();
    private RequestOptions options;

    @BeforeEach
    void listen() throws Exception {
        int port =
                vertx.createHttpServer()
                        .requestHandler(this::respond)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(MILLIS, TimeUnit.MILLISECONDS)
                        .actualPort();
        options =
                new RequestOptions().setMethod(HttpMethod.POST).setHost("127.0.0.1").setPort(port);
    }

    @AfterEach
    void stop() {
        vertx.close();
    }

    /**
     * The first response is complete, but its end was not read: the reset must not hit the other.
     */
    @Test
    void closingExchangeDoesNotBreakNextOneOnItsConnection() throws Exception {
        HttpExchange first = exchange("first");
        assertThat(first.next(MILLIS)).isPresent();
        HttpExchange second = exchange("second");
        assertThat(second.next(MILLIS)).contains(Buffer.buffer("b"));

        first.close();
        // A reset takes two turns of the only event loop
        for (int turn = 0; turn < 4; turn++) {
            awaitTurnOfEventLoop();
        }
        secondResponse.get(MILLIS, TimeUnit.MILLISECONDS).end("c");

        assertThat(second.next(MILLIS)).contains(Buffer.buffer("c"));
        assertThat(second.next(MILLIS)).isEqualTo(Optional.empty());
    }

    private void awaitTurnOfEventLoop() throws Exception {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        vertx.runOnContext(reached::complete);
        reached.get(MILLIS, TimeUnit.MILLISECONDS);
    }

    private HttpExchange exchange(String body) throws Exception {
        HttpExchange exchange = HttpExchange.connect(client, new HashSet<>(), options, MILLIS);
        exchange.send(Buffer.buffer(body), MILLIS);
        return exchange;
    }

    private void respond(HttpServerRequest request) {
        HttpServerResponse response = request.response().setChunked(true);
        request.bodyHandler(body -> {
            if (body.toString().equals("first")) {
                response.end("a");
            } else {
                response.write("b");
                secondResponse.complete(response);
            }
        });
    }
}
