package dev.parley.api.streaming;

import io.quarkus.logging.Log;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Responses that may be larger than memory. A response is written as fast as the client reads. Its
 * writer is told when the client has not read a chunk for a second. The response is abandoned if
 * the client has disconnected, does not read a chunk for 1 minute, or does not read all within 30
 * minutes. After a failure the connection is closed, so that the client does not take the response
 * for complete.
 *
 * <p>The framework's stream sends the head and ends the response. The body bypasses that stream,
 * which in tests kept waiting for a client that had disconnected.
 */
@ApplicationScoped
public class StreamingResponses {

    private static final Duration SLOW_AFTER = Duration.ofSeconds(1);
    private static final Duration CHUNK_READ_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration RESPONSE_READ_TIMEOUT = Duration.ofMinutes(30);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final int CHUNK_SIZE = 64 * 1024;

    private final CurrentVertxRequest current;

    StreamingResponses(CurrentVertxRequest current) {
        this.current = current;
    }

    /**
     * Must be called on the thread of the request.
     *
     * @param writer writes the body; any exception closes the connection
     * @param slow called on the thread of the writer, within a write, when the client is slow; the
     *     writer should release what others wait for
     * @param afterwards called when the request has ended, at least once, even if no body was
     *     written, as for a HEAD request
     */
    public StreamingOutput of(Writer writer, Runnable slow, Runnable afterwards) {
        RoutingContext request = current.getCurrent();
        request.addEndHandler(ended -> afterwards.run());
        if (request.response().closed()) {
            afterwards.run(); // the client has disconnected: the end handler is not called any more
        }
        return framework -> {
            try {
                framework.write(' '); // JSON allows leading whitespace
                framework.flush();
                write(writer, slow, request);
            } finally {
                afterwards.run();
            }
        };
    }

    private static void write(Writer writer, Runnable slow, RoutingContext request)
            throws IOException {
        try (OutputStream out =
                new BufferedOutputStream(new ChunkedOutput(request.response(), slow), CHUNK_SIZE)) {
            writer.write(out);
        } catch (Throwable failure) {
            abort(request);
            throw failure;
        }
    }

    /**
     * Closes the connection, or in HTTP/2 only the stream, because other requests share the
     * connection. This must be complete on return: the framework gets the failure next, and would
     * otherwise append a problem to the body and end the response.
     */
    private static void abort(RoutingContext request) {
        if (request.request().version() == HttpVersion.HTTP_2) {
            request.response().reset();
            return;
        }
        try {
            request.request()
                    .connection()
                    .close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            Log.warn("Could not close the connection of an incomplete response", failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes the body of a response. */
    @FunctionalInterface
    public interface Writer {

        void write(OutputStream out) throws IOException;
    }

    /** The client has disconnected or does not read the response. */
    public static final class ClientGone extends IOException {

        private static final long serialVersionUID = 1;

        ClientGone(@Nullable Throwable cause) {
            super("The client has disconnected or does not read", cause);
        }
    }

    /** Writes a chunk after the previous chunk has been sent. */
    private static final class ChunkedOutput extends OutputStream {

        private final HttpServerResponse response;
        private final Runnable slow;
        private final long startedAt = System.nanoTime();
        private boolean isBroken;

        ChunkedOutput(HttpServerResponse response, Runnable slow) {
            this.response = response;
            this.slow = slow;
        }

        @Override
        public void write(int number) throws IOException {
            write(new byte[] {(byte) number}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (isBroken || System.nanoTime() - startedAt > RESPONSE_READ_TIMEOUT.toNanos()) {
                throw new ClientGone(null);
            }
            isBroken = true;
            try {
                awaitSent(
                        response.write(Buffer.buffer(length).appendBytes(bytes, from, length))
                                .toCompletionStage()
                                .toCompletableFuture());
                isBroken = false;
            } catch (ExecutionException | TimeoutException | IllegalStateException failure) {
                throw new ClientGone(failure);
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                throw new ClientGone(interruption);
            }
        }

        private void awaitSent(CompletableFuture<Void> chunk)
                throws ExecutionException, TimeoutException, InterruptedException {
            try {
                chunk.get(SLOW_AFTER.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException stillUnread) {
                slow.run();
                chunk.get(CHUNK_READ_TIMEOUT.minus(SLOW_AFTER).toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }
}
