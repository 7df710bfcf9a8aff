import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;

/**
 * A model's endpoint that thinks for a while, or speaks all the while, and can hold as many calls as there are descriptors; HTTP/1.1 and,
 * to whoever begins with it, HTTP/2: {@code java -cp 'target/quarkus-app/lib/main/*' src/bench/Stub.java PORT SECONDS [TOKENS_A_SECOND]}.
 */
public final class Stub {

    private static final String END = """
            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: [DONE]

            """;

    private static final Buffer ANSWER = Buffer.buffer("""
            data: {"choices":[{"index":0,"delta":{"content":"At last."}}]}

            """ + END);

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        long millis = (long) (Double.parseDouble(arguments[1]) * 1000);
        int tokensASecond = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
        Vertx vertx = Vertx.vertx();
        vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setAcceptBacklog(20_000)
                        .setInitialSettings(new io.vertx.core.http.Http2Settings().setMaxConcurrentStreams(100)))
                .requestHandler(request -> request.end().onSuccess(read -> {
                    HttpServerResponse response = request.response().putHeader("Content-Type", "text/event-stream");
                    if (tokensASecond > 0) {
                        response.setChunked(true);
                        speak(vertx, response, System.nanoTime(), 1, millis * tokensASecond / 1000, tokensASecond);
                    } else {
                        vertx.setTimer(millis, timer -> response.end(ANSWER));
                    }
                }))
                .listen(port).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        Thread.currentThread().join();
    }

    private static void speak(Vertx vertx, HttpServerResponse response, long began, long token, long tokens, int tokensASecond) {
        if (response.closed()) {
            return;
        }
        if (token > tokens) {
            response.end(END);
            return;
        }
        response.write("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word%d \"}}]}\n\n".formatted(token));
        long due = began + (token + 1) * 1_000_000_000L / tokensASecond;
        vertx.setTimer(Math.max(1, (due - System.nanoTime()) / 1_000_000), timer -> speak(vertx, response, began, token + 1, tokens, tokensASecond));
    }
}
