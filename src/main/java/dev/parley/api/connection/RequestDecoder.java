package dev.parley.api.connection;

import dev.parley.api.filter.RequestTimeouts;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Vert.x's decoder of HTTP/1.1 requests, with a clock. The headers must be complete within a time
 * from their first byte; the body has a time that grows with each byte of it. So a connection
 * cannot be held by a byte now and then.
 *
 * <p>A request that proxies could read differently is refused, such as a request with both {@code
 * Content-Length} and {@code Transfer-Encoding}: disagreement about where a request ends smuggles
 * requests (RFC 9112, 3.2 and 6.1).
 */
final class RequestDecoder extends VertxHttpRequestDecoder {

    private enum Phase {
        NOTHING,
        HEADERS,
        BODY
    }

    private final RequestTimeouts timeouts;
    private final RefusalHandler refusals;
    private Phase phase = Phase.NOTHING;
    private long bodyBytes;
    private long clockStart;
    private @Nullable Future<?> clock;

    RequestDecoder(HttpServerOptions server, RequestTimeouts timeouts, RefusalHandler refusals) {
        super(server);
        this.timeouts = timeouts;
        this.refusals = refusals;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> decoded)
            throws Exception {
        int partsBefore = decoded.size();
        int bytesBefore = bytes.readableBytes();
        super.decode(context, bytes, decoded);
        if (phase == Phase.BODY) {
            bodyBytes += bytesBefore - bytes.readableBytes();
        }
        if (decoded.size() > partsBefore) {
            decoded.subList(partsBefore, decoded.size()).forEach(this::follow);
        } else if (phase == Phase.NOTHING) {
            phase = Phase.HEADERS;
        }
    }

    private void follow(Object part) {
        if (part instanceof HttpRequest request) {
            refuseIfAmbiguous(request);
            phase = Phase.BODY;
            bodyBytes = 0;
            stopClock();
        }
        if (part instanceof LastHttpContent) {
            phase = Phase.NOTHING;
            stopClock();
        }
    }

    private static void refuseIfAmbiguous(HttpRequest request) {
        if (request.decoderResult().isSuccess() && isAmbiguous(request)) {
            request.setDecoderResult(
                    DecoderResult.failure(new IllegalArgumentException("ambiguous request")));
        }
    }

    private static boolean isAmbiguous(HttpRequest request) {
        boolean isOld = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0;
        int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return hosts > 1
                || (hosts == 0 && !isOld)
                || (!codings.isEmpty()
                        && (isOld
                                || codings.size() > 1
                                || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                                        codings.getFirst().strip())));
    }

    /** Most requests arrive in one piece and need no clock. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        super.channelReadComplete(context);
        if (phase != Phase.NOTHING && clock == null) {
            clockStart = System.nanoTime();
            startClock(context, phase == Phase.BODY ? timeouts.body() : timeouts.headers());
        }
    }

    private void startClock(ChannelHandlerContext context, Duration time) {
        clock =
                context.executor()
                        .schedule(() -> expire(context), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void expire(ChannelHandlerContext context) {
        clock = null;
        Duration left = phase == Phase.BODY ? bodyTimeLeft(context) : headersTimeLeft();
        if (left.isPositive()) {
            startClock(context, left);
        } else {
            refusals.refuseLate(context.channel());
        }
    }

    /** A response that is being written must not be cut by the start of the next request. */
    private Duration headersTimeLeft() {
        return refusals.isResponsePending() ? timeouts.headers() : Duration.ZERO;
    }

    private Duration bodyTimeLeft(ChannelHandlerContext context) {
        // The server itself reads nothing at present, so the client is not to blame
        return context.channel().config().isAutoRead()
                ? timeouts.bodyTimeLeft(System.nanoTime() - clockStart, bodyBytes)
                : timeouts.body();
    }

    private void stopClock() {
        if (clock != null) {
            clock.cancel(false);
            clock = null;
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
        stopClock();
        super.handlerRemoved0(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        stopClock();
        super.channelInactive(context);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException(
                "A request has either Content-Length or Transfer-Encoding");
    }
}
