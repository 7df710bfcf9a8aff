package dev.parley.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client follows a turn of a server that does not make it easy. */
class TurnFollowerTest {

    private static final String OPENED =
            event(1, "{\"type\":\"turn.opened\",\"turn_id\":\"t\",\"conversation_id\":\"c\"}");
    private static final String DELTA =
            "{\"type\":\"reply.delta\",\"turn_id\":\"t\",\"conversation_id\":\"c\",\"delta\":\"hello\"}";

    private final List<JsonNode> heard = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private TurnFollower turn;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        turn = new TurnFollower(new ParleyClient(address), "hello", null, null);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void asksAgainForTheEventThatBrokeOffBehindItsNumber() throws Exception {
        List<String> lastHeard = new CopyOnWriteArrayList<>();
        when(
                "/api/chat",
                exchange -> tell(exchange, OPENED + "id: 2\ndata: " + DELTA.substring(0, 40)));
        when(
                "/api/turns/t/events",
                exchange -> {
                    lastHeard.add(exchange.getRequestHeaders().getFirst("Last-Event-ID"));
                    tell(exchange, event(2, DELTA) + event(3, ending("succeeded")));
                });

        String ended = turn.follow(heard::add);

        assertThat(ended).isEqualTo("succeeded");
        assertThat(lastHeard).containsExactly("1");
        assertThat(heard)
                .extracting(event -> event.path("type").asText())
                .containsExactly("turn.opened", "reply.delta", "turn.succeeded");
    }

    @Test
    void saysTheMessageAgainUnderTheSameKey() throws Exception {
        List<String> keys = new CopyOnWriteArrayList<>();
        when(
                "/api/chat",
                exchange -> {
                    keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
                    tell(exchange, keys.size() == 1 ? "" : OPENED + event(2, ending("succeeded")));
                });

        turn.follow(heard::add);

        assertThat(keys).hasSize(2);
        assertThat(keys.getFirst()).isNotBlank().isEqualTo(keys.getLast());
    }

    @Test
    void cancelsAgainWhereTheServerDidNotHearIt() throws Exception {
        List<Integer> answers = new CopyOnWriteArrayList<>();
        CountDownLatch cancelled = new CountDownLatch(1);
        when(
                "/api/turns/t/cancel",
                exchange -> {
                    answers.add(answers.isEmpty() ? 503 : 200);
                    exchange.sendResponseHeaders(answers.getLast(), 2);
                    exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
                    exchange.close();
                    if (answers.getLast() == 200) {
                        cancelled.countDown();
                    }
                });
        when(
                "/api/chat",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write(OPENED.getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                    String status = isOver(cancelled) ? "cancelled" : "succeeded";
                    exchange.getResponseBody()
                            .write(event(2, ending(status)).getBytes(StandardCharsets.UTF_8));
                    exchange.close();
                });

        turn.cancel();
        String ended = turn.follow(heard::add);

        assertThat(ended).isEqualTo("cancelled");
        assertThat(answers).containsExactly(503, 200);
    }

    @Test
    void leavesTurnThatWaitsAlthoughItsStreamStaysOpen() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        when(
                "/api/chat",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write(OPENED.getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                    isOver(left);
                    exchange.close();
                });

        String status = turn.follow(event -> turn.leaveWaiting());

        assertThat(status).isEqualTo("waiting");
        assertThat(left.getCount()).as("the stream is open").isEqualTo(1);
        left.countDown();
    }

    private void when(String path, HttpHandler handler) {
        server.createContext(path, handler);
    }

    private static boolean isOver(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void tell(HttpExchange exchange, String events) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
        exchange.close();
    }

    private static String ending(String status) {
        return "{\"type\":\"turn.%s\",\"turn_id\":\"t\",\"conversation_id\":\"c\"}"
                .formatted(status);
    }

    private static String event(int number, String data) {
        return "id: %d\ndata: %s\n\n".formatted(number, data);
    }
}
