package dev.parley.agent.model;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, for a virtual thread that blocks. Whatever is not read to its end
 * is closed: the endpoint sees at once that nobody listens any more, whether the thread was
 * interrupted before the head, between two pieces or failed by itself.
 */
final class HttpExchange implements AutoCloseable {

    private final HttpClientRequest request;
    private final LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private @Nullable HttpClientResponse response;
    private @Nullable Context context;
    private boolean ended;

    private HttpExchange(HttpClientRequest request) {
        this.request = request;
    }

    /**
     * Connects; nothing is sent yet.
     *
     * @throws IOException where there is no connection
     */
    static HttpExchange connect(HttpClient client, RequestOptions options, long millis)
            throws IOException, InterruptedException, TimeoutException {
        Future<HttpClientRequest> connecting = client.request(options);
        try {
            return new HttpExchange(await(connecting, millis));
        } catch (IOException | InterruptedException | TimeoutException failure) {
            // It may still come; then nobody wants it any more
            connecting.onSuccess(HttpClientRequest::reset);
            throw failure;
        }
    }

    /** Sends the request and waits for the response's head. */
    HttpClientResponse send(Buffer body, long millis)
            throws IOException, InterruptedException, TimeoutException {
        CompletableFuture<HttpClientResponse> head = new CompletableFuture<>();
        request.response()
                .onSuccess(arrived -> {
                    arrived.pause();
                    context = Vertx.currentContext();
                    arrived.handler(piece -> pieces.add(new Piece.Data(piece)));
                    arrived.endHandler(nothing -> pieces.add(new Piece.End()));
                    arrived.exceptionHandler(cause -> pieces.add(new Piece.Broken(cause)));
                    head.complete(arrived);
                })
                .onFailure(head::completeExceptionally);
        request.end(body).onFailure(head::completeExceptionally);
        HttpClientResponse arrived = get(head, millis);
        response = arrived;
        return arrived;
    }

    /**
     * The next piece of the body. One is fetched at a time, so that a fast endpoint never fills the
     * memory.
     *
     * @return empty at the body's end
     * @throws IOException where the connection broke
     */
    Optional<Buffer> next(long millis) throws IOException, InterruptedException, TimeoutException {
        if (ended) {
            return Optional.empty();
        }
        if (pieces.isEmpty()) {
            fetchOne();
        }
        Piece piece = pieces.poll(millis, TimeUnit.MILLISECONDS);
        return switch (piece) {
            case null -> throw new TimeoutException("silence");
            case Piece.Data data -> Optional.of(data.bytes());
            case Piece.End end -> {
                ended = true;
                yield Optional.empty();
            }
            case Piece.Broken broken ->
                    throw new IOException("The connection broke", broken.cause());
        };
    }

    /**
     * Closes what was not read to its end; a connection whose response is whole goes back to the
     * pool.
     */
    @Override
    public void close() {
        if (!ended) {
            request.reset();
        }
    }

    private void fetchOne() {
        HttpClientResponse arrived = response;
        Context eventLoop = context;
        if (arrived == null || eventLoop == null) {
            throw new IllegalStateException("There is no response yet");
        }
        eventLoop.runOnContext(nothing -> arrived.fetch(1));
    }

    private static <T> T await(Future<T> future, long millis)
            throws IOException, InterruptedException, TimeoutException {
        return get(future.toCompletionStage().toCompletableFuture(), millis);
    }

    private static <T> T get(CompletableFuture<T> future, long millis)
            throws IOException, InterruptedException, TimeoutException {
        try {
            return future.get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            throw new IOException("The request failed", failure.getCause());
        }
    }

    /** What arrives after the head. */
    private sealed interface Piece {

        record Data(Buffer bytes) implements Piece {}

        record End() implements Piece {}

        record Broken(Throwable cause) implements Piece {}
    }
}
