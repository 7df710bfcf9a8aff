package dev.parley.api.connection;

import dev.parley.api.filter.RequestId;
import dev.parley.api.problem.Problem;
import dev.parley.api.problem.Problems;
import dev.parley.platform.problem.ProblemCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Gives a problem to each refusal that comes from the server below the routes: a head that cannot
 * be read, a line or header that is too long, a chunk with a broken length.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close or write has ended the connection
final class RefusalHandler extends ChannelDuplexHandler {

    /** Requests that a client may send ahead of the responses; browsers send none. */
    private static final int MAX_PIPELINED = 100;

    /** Bytes of a body that nobody waits for any more; a client that sends more is cut off. */
    private static final long MAX_DRAINED = 1024 * 1024;

    private final Problems problems;

    /** The methods of the requests that wait for a response, oldest first. */
    private final Deque<HttpMethod> pending = new ArrayDeque<>();

    private boolean isResponseStarted;
    private boolean isBodyComplete;

    /** The request was answered, and the rest of its body is dropped. */
    private boolean isDraining;

    private long drained;

    /** Whatever still comes is not read. */
    private boolean isRefused;

    /** The connection ends with the present response, since no next request can be found. */
    private boolean isLast;

    RefusalHandler(Problems problems) {
        this.problems = problems;
    }

    boolean isResponsePending() {
        return !pending.isEmpty();
    }

    /**
     * Whether a client has sent its whole request and waits for the first byte of the response. The
     * oldest request is whole if the next request has begun.
     */
    boolean isResponseAwaited() {
        return !pending.isEmpty() && (isBodyComplete || pending.size() > 1) && !isResponseStarted;
    }

    /** Ends a request that does not arrive in time: with a problem, unless a response has begun. */
    void refuseLate(Channel channel) {
        if (isResponseStarted || isDraining || pending.size() > 1) {
            channel.close();
        } else {
            refuse(channel, ProblemCode.REQUEST_TIMEOUT);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (isRefused) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest request) {
            begin(context, request);
        } else if (isDraining && message instanceof HttpContent content) {
            drain(context, content);
        } else if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
            content.release();
            refuseBrokenBody(context);
        } else {
            isBodyComplete |= message instanceof LastHttpContent;
            context.fireChannelRead(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
        pending.add(request.method());
        if (pending.size() > MAX_PIPELINED) {
            isRefused = true;
            context.close();
            return;
        }
        isLast = request.decoderResult().isFailure();
        isBodyComplete = request instanceof LastHttpContent;
        context.fireChannelRead(request);
    }

    /**
     * Drops the rest of a body whose request was answered before the body had arrived. Closing at
     * once would reset the connection, and the client might never read the response.
     */
    private void drain(ChannelHandlerContext context, HttpContent content) {
        drained += content.content().readableBytes();
        boolean isEnd = content instanceof LastHttpContent;
        boolean isBroken = content.decoderResult().isFailure() || drained > MAX_DRAINED;
        content.release();
        if (isBroken) {
            context.close();
        } else if (isEnd) {
            isDraining = false;
            isBodyComplete = true;
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private void refuseBrokenBody(ChannelHandlerContext context) {
        if (isResponseStarted || pending.size() > 1) {
            context.close();
        } else {
            refuse(context.channel(), ProblemCode.INVALID_REQUEST);
        }
    }

    private void refuse(Channel channel, ProblemCode code) {
        isRefused = true;
        isLast = true;
        channel.writeAndFlush(
                        withProblem(
                                new DefaultFullHttpResponse(
                                        HttpVersion.HTTP_1_1,
                                        HttpResponseStatus.valueOf(code.status())),
                                code))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response && !isFinal(response)) {
            if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                pending.clear();
            }
            context.write(message, promise);
            return;
        }
        isResponseStarted |= message instanceof HttpResponse;
        Optional<FullHttpResponse> problem =
                message instanceof FullHttpResponse response && lacksBody(response)
                        ? ProblemCode.ofStatus(response.status().code())
                                .map(code -> withProblem(response, code))
                        : Optional.empty();
        if (message instanceof LastHttpContent) {
            isResponseStarted = false;
            pending.poll();
            startDraining(context);
        }
        if (problem.isPresent() && !HttpUtil.isKeepAlive(problem.get())) {
            context.write(problem.get(), promise.unvoid()).addListener(ChannelFutureListener.CLOSE);
        } else {
            context.write(problem.map(Object.class::cast).orElse(message), promise);
        }
    }

    private void startDraining(ChannelHandlerContext context) {
        if (pending.isEmpty() && !isBodyComplete && !isRefused) {
            isDraining = true;
            drained = 0;
            context.channel().config().setAutoRead(true);
        }
    }

    /** 100 Continue precedes the response, and 101 ends HTTP/1.1 on the connection. */
    private static boolean isFinal(HttpResponse response) {
        return response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
    }

    /** The response to HEAD has no body, whatever its status. */
    private boolean lacksBody(FullHttpResponse response) {
        return !response.content().isReadable()
                && !HttpMethod.HEAD.equals(pending.peek())
                && response.status().code() >= HttpResponseStatus.BAD_REQUEST.code();
    }

    private FullHttpResponse withProblem(FullHttpResponse bare, ProblemCode code) {
        String requestId = bare.headers().get(RequestId.HEADER, RequestId.create());
        byte[] body = problems.toJson(code, requestId).getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, bare.status(), Unpooled.wrappedBuffer(body));
        bare.headers()
                .forEach(header -> response.headers().add(header.getKey(), header.getValue()));
        response.headers()
                .set(RequestId.HEADER, requestId)
                .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        if (code.saysWhenToRetry()) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, 1);
        }
        if (isLast) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ReferenceCountUtil.release(bare);
        return response;
    }
}
