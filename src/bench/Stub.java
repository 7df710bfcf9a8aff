import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;

/**
 * A model's endpoint that thinks for a while, or speaks all the while: {@code java Stub.java PORT SECONDS [TOKENS_A_SECOND]}.
 */
public final class Stub {

    private static final byte[] ANSWER = """
            data: {"choices":[{"index":0,"delta":{"content":"At last."}}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: [DONE]

            """.getBytes(StandardCharsets.UTF_8);

    private static final byte[] END = """
            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: [DONE]

            """.getBytes(StandardCharsets.UTF_8);

    public static void main(String[] arguments) throws Exception {
        long millis = (long) (Double.parseDouble(arguments[1]) * 1000);
        int tokensASecond = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 20_000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/chat/completions", exchange -> {
            exchange.getRequestBody().readAllBytes();
            if (tokensASecond > 0) {
                speak(exchange, millis, tokensASecond);
                return;
            }
            try {
                Thread.sleep(millis);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, ANSWER.length);
            exchange.getResponseBody().write(ANSWER);
            exchange.close();
        });
        server.start();
    }

    private static void speak(HttpExchange exchange, long millis, int tokensASecond) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        long began = System.nanoTime();
        try (OutputStream out = exchange.getResponseBody()) {
            for (int token = 1; token <= millis * tokensASecond / 1000; token++) {
                long due = began + token * 1_000_000_000L / tokensASecond;
                Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                out.write("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word%d \"}}]}\n\n".formatted(token).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            out.write(END);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }
}
