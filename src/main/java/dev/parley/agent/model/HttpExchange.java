package dev.parley.agent.model;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request and its response, for a blocking virtual thread. An exchange that was not read
 * to its end is reset, so that the endpoint notices at once that the client has gone: also if the
 * thread was interrupted before the response head, was interrupted between two chunks, or failed.
 */
final class HttpExchange implements AutoCloseable {

    /** A connection that was closed while it lay idle tells within a round trip. */
    private static final Duration TIME_TO_BREAK = Duration.ofSeconds(2);

    private static final long REFUSED_STREAM = 0x7;

    private final HttpClientRequest request;
    private final boolean isReused;
    private final LinkedBlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();
    private @Nullable HttpClientResponse response;
    private @Nullable Context context;
    private boolean fetching;
    private boolean ended;

    /** Whether the response ended or broke, as the event loop sees it. */
    private boolean complete;

    private HttpExchange(HttpClientRequest request, boolean isReused) {
        this.request = request;
        this.isReused = isReused;
    }

    /**
     * Connects without sending anything.
     *
     * @param used the connections that have carried a request; this exchange adds its own
     * @throws IOException if connecting fails
     */
    static HttpExchange connect(
            HttpClient client, Set<HttpConnection> used, RequestOptions options, long millis)
            throws IOException, InterruptedException, TimeoutException {
        Future<HttpClientRequest> connecting = client.request(options);
        try {
            HttpClientRequest request = await(connecting, millis);
            boolean isFirst = used.add(request.connection());
            return new HttpExchange(request, !isFirst);
        } catch (IOException | InterruptedException | TimeoutException failure) {
            // The connection may still open later; then it is not used any more
            connecting.onSuccess(HttpClientRequest::reset);
            throw failure;
        }
    }

    HttpVersion version() {
        return request.version();
    }

    /**
     * Sends the request and waits for the response head.
     *
     * @throws StaleConnection if the connection had carried a request before, and ended at once,
     *     without an answer
     */
    HttpClientResponse send(Buffer body, long millis)
            throws IOException, InterruptedException, TimeoutException {
        long sentAt = System.nanoTime();
        CompletableFuture<HttpClientResponse> head = new CompletableFuture<>();
        request.response()
                .onSuccess(received -> {
                    received.pause();
                    context = Vertx.currentContext();
                    received.handler(bytes -> chunks.add(new Chunk.Data(bytes)));
                    received.endHandler(_ -> complete(new Chunk.End()));
                    received.exceptionHandler(cause -> complete(new Chunk.Broken(cause)));
                    head.complete(received);
                })
                .onFailure(head::completeExceptionally);
        request.end(body).onFailure(head::completeExceptionally);
        try {
            HttpClientResponse received = get(head, millis);
            response = received;
            return received;
        } catch (IOException failure) {
            boolean isPrompt = System.nanoTime() - sentAt < TIME_TO_BREAK.toNanos();
            throw isReused && isPrompt && isUnread(failure.getCause())
                    ? new StaleConnection(failure)
                    : failure;
        }
    }

    /**
     * A connection of HTTP/2 that ends may have been at work on other streams; a stream that the
     * endpoint refused was not processed (RFC 9113, section 8.7).
     */
    private boolean isUnread(@Nullable Throwable cause) {
        if (cause instanceof StreamResetException reset) {
            return reset.getCode() == REFUSED_STREAM;
        }
        return request.version() != HttpVersion.HTTP_2
                && (cause instanceof IOException || cause instanceof VertxException);
    }

    /**
     * The next chunk of the body. Only one chunk is fetched at a time, so that a fast endpoint
     * never fills the memory.
     *
     * @return empty at the end of the body
     * @throws IOException if the connection broke
     * @throws TimeoutException if nothing came in time; a later call waits for the same chunk
     */
    Optional<Buffer> next(long millis) throws IOException, InterruptedException, TimeoutException {
        if (ended) {
            return Optional.empty();
        }
        if (chunks.isEmpty() && !fetching) {
            fetchNext();
            fetching = true;
        }
        @Nullable Chunk chunk = chunks.poll(millis, TimeUnit.MILLISECONDS);
        fetching &= chunk == null;
        return switch (chunk) {
            case null -> throw new TimeoutException("no data within the timeout");
            case Chunk.Data data -> Optional.of(data.bytes());
            case Chunk.End _ -> {
                ended = true;
                yield Optional.empty();
            }
            case Chunk.Broken broken ->
                    throw new IOException("The connection broke", broken.cause());
        };
    }

    /**
     * Discards the rest of the response, and resets the request if the response has not ended when
     * the time is over. Returns at once.
     */
    void discardRest(Duration time) {
        HttpClientResponse received = response;
        Context eventLoop = context;
        ended = true;
        if (received == null || eventLoop == null) {
            request.reset();
        } else {
            eventLoop.runOnContext(_ -> discardRest(received, eventLoop, time));
        }
    }

    /**
     * Only the event loop knows whether the response has ended. The connection of a response that
     * has ended may already carry the request of another turn, and a reset would close it.
     */
    private void discardRest(HttpClientResponse received, Context eventLoop, Duration time) {
        if (complete) {
            return;
        }
        received.handler(_ -> {});
        received.resume();
        if (time.isZero()) {
            // What has arrived is passed on first, the end of the response perhaps
            eventLoop.runOnContext(_ -> resetUnlessComplete());
        } else {
            eventLoop.owner().setTimer(time.toMillis(), _ -> resetUnlessComplete());
        }
    }

    private void resetUnlessComplete() {
        if (!complete) {
            request.reset();
        }
    }

    private void complete(Chunk last) {
        complete = true;
        chunks.add(last);
    }

    /**
     * Resets the request if the response was not read to its end. The connection of a complete
     * response returns to the pool.
     */
    @Override
    public void close() {
        if (!ended) {
            discardRest(Duration.ZERO);
        }
    }

    private void fetchNext() {
        HttpClientResponse received = response;
        Context eventLoop = context;
        if (received == null || eventLoop == null) {
            throw new IllegalStateException("There is no response yet");
        }
        eventLoop.runOnContext(_ -> received.fetch(1));
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

    /**
     * The endpoint had closed the connection while it lay idle, and nobody has read the request.
     */
    static final class StaleConnection extends IOException {

        private static final long serialVersionUID = 1;

        StaleConnection(Throwable cause) {
            super("The connection was closed while it lay idle", cause);
        }
    }

    /** What arrives after the response head. */
    private sealed interface Chunk {

        record Data(Buffer bytes) implements Chunk {}

        record End() implements Chunk {}

        record Broken(Throwable cause) implements Chunk {}
    }
}
