package dev.parley.api.connection;

import dev.parley.api.filter.RequestTimeouts;
import dev.parley.api.problem.Problems;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that sends nothing, and puts Parley's decoder in the place of Vert.x's when
 * the first bytes have shown that the client speaks HTTP/1.1. Then the handler removes itself.
 *
 * <p>Vert.x chooses between HTTP/1.1 and HTTP/2 by the first bytes, at most 24. They are passed on
 * one by one, since the decoder must be replaced before it has seen the end of a head.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close or write has ended the connection
final class FirstBytesHandler extends ChannelInboundHandlerAdapter {

    private static final String DECODER = "httpDecoder";
    private static final String ENCODER = "httpEncoder";
    private static final String HTTP_2 = "handler";
    private static final String TLS = "ssl";

    private final HttpServerOptions server;
    private final RequestTimeouts timeouts;
    private final Problems problems;
    private @Nullable Future<?> deadline;

    FirstBytesHandler(HttpServerOptions server, RequestTimeouts timeouts, Problems problems) {
        this.server = server;
        this.timeouts = timeouts;
        this.problems = problems;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        deadline =
                context.executor()
                        .schedule(
                                () -> {
                                    context.close();
                                },
                                timeouts.headers().toMillis(),
                                TimeUnit.MILLISECONDS);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        ChannelPipeline pipeline = context.pipeline();
        boolean isEncrypted = pipeline.get(TLS) != null;
        while (!isEncrypted && !isChosen(pipeline) && bytes.isReadable()) {
            context.fireChannelRead(bytes.readRetainedSlice(1));
        }
        if (isChosen(pipeline)) {
            install(pipeline);
            pipeline.remove(this);
        }
        if (bytes.isReadable()) {
            context.fireChannelRead(bytes);
        } else {
            bytes.release();
        }
    }

    private static boolean isChosen(ChannelPipeline pipeline) {
        return pipeline.get(DECODER) != null || pipeline.get(HTTP_2) != null;
    }

    private void install(ChannelPipeline pipeline) {
        RefusalHandler refusals = new RefusalHandler(problems);
        AwaitedResponseHandler.addTo(pipeline, refusals);
        if (pipeline.get(DECODER) instanceof VertxHttpRequestDecoder) {
            pipeline.addAfter(ENCODER, "refusals", refusals);
            pipeline.replace(DECODER, DECODER, new RequestDecoder(server, timeouts, refusals));
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stopClock();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopClock();
        context.fireChannelInactive();
    }

    private void stopClock() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
