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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Answers that may be longer than memory: written as fast as the client reads, given up when it has
 * gone or does not read, and cut off, rather than ended, where they break.
 *
 * <p>The framework's own stream commits the head and ends the answer. Between the two it is passed
 * by: it was seen to go on waiting for a client that had gone.
 */
@ApplicationScoped
public class StreamingResponses {

    private static final Duration CHUNK_READ_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration TO_READ_ALL = Duration.ofMinutes(30);
    private static final Duration TO_CLOSE = Duration.ofSeconds(5);
    private static final int CHUNK_SIZE = 64 * 1024;

    private final CurrentVertxRequest current;

    StreamingResponses(CurrentVertxRequest current) {
        this.current = current;
    }

    /**
     * Must be called on the thread of the request.
     *
     * @param writing writes the answer; whatever it throws cuts the answer off
     * @param afterwards called once the request is over, at least once, also where nothing was ever
     *     written: a HEAD request has no body
     */
    public StreamingOutput of(Writer writing, Runnable afterwards) {
        RoutingContext request = current.getCurrent();
        request.addEndHandler(over -> afterwards.run());
        if (request.response().closed()) {
            afterwards.run(); // it has gone already, and nobody tells of that again
        }
        return framework -> {
            try {
                framework.write(' '); // which no JSON minds
                framework.flush();
                write(writing, request);
            } finally {
                afterwards.run();
            }
        };
    }

    private static void write(Writer writing, RoutingContext request) throws IOException {
        try (OutputStream out =
                new BufferedOutputStream(new PieceByPiece(request.response()), CHUNK_SIZE)) {
            writing.write(out);
        } catch (Throwable failure) {
            cutOff(request);
            throw failure;
        }
    }

    /**
     * Other requests share the connection only where the protocol has streams. Once this returns it
     * is cut: the framework, which gets the failure next, would write a problem behind what was
     * written, and end the answer.
     */
    private static void cutOff(RoutingContext request) {
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
                    .get(TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            Log.warn("A connection with a broken answer could not be closed", failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes an answer. */
    @FunctionalInterface
    public interface Writer {

        void write(OutputStream out) throws IOException;
    }

    /** Nobody reads any more. */
    public static final class ClientGone extends IOException {

        private static final long serialVersionUID = 1;

        ClientGone(@Nullable Throwable cause) {
            super("The client has gone, or does not read", cause);
        }
    }

    /** Hands the next piece over once the one before is on its way. */
    private static final class PieceByPiece extends OutputStream {

        private final HttpServerResponse response;
        private final long began = System.nanoTime();
        private boolean isBroken;

        PieceByPiece(HttpServerResponse response) {
            this.response = response;
        }

        @Override
        public void write(int number) throws IOException {
            write(new byte[] {(byte) number}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (isBroken || System.nanoTime() - began > TO_READ_ALL.toNanos()) {
                throw new ClientGone(null);
            }
            isBroken = true;
            try {
                response.write(Buffer.buffer(length).appendBytes(bytes, from, length))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(CHUNK_READ_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                isBroken = false;
            } catch (ExecutionException | TimeoutException | IllegalStateException failure) {
                throw new ClientGone(failure);
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                throw new ClientGone(interruption);
            }
        }
    }
}
