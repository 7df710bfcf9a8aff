package dev.parley.api.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.timeout.IdleStateEvent;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection open that is idle because its client waits for a response, such as a reply
 * that takes minutes. The server would close it after {@code quarkus.http.idle-timeout}. A response
 * that has begun is not protected: its client may have gone.
 */
final class AwaitedResponseHandler extends ChannelInboundHandlerAdapter {

    /** The server's handler that tells of idle connections. */
    private static final String IDLE = "idle";

    private final RefusalHandler requests;

    private AwaitedResponseHandler(RefusalHandler requests) {
        this.requests = requests;
    }

    /** Adds the handler if idle connections are closed at all. */
    static void addTo(ChannelPipeline pipeline, RefusalHandler requests) {
        if (pipeline.get(IDLE) != null) {
            pipeline.addAfter(IDLE, "awaited", new AwaitedResponseHandler(requests));
        }
    }

    /** An upgrade to HTTP/2 replaces all handlers, one after the other. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        ChannelPipeline pipeline = context.pipeline();
        if (pipeline.get(Http2ConnectionHandler.class) != null) {
            context.executor().execute(() -> addTo(pipeline, requests));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof IdleStateEvent) || !isResponseAwaited(context.pipeline())) {
            context.fireUserEventTriggered(event);
        }
    }

    private boolean isResponseAwaited(ChannelPipeline pipeline) {
        @Nullable Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
        return http2 == null ? requests.isResponseAwaited() : isResponseAwaited(http2);
    }

    private static boolean isResponseAwaited(Http2ConnectionHandler http2) {
        try {
            return http2.connection().forEachActiveStream(stream -> stream.isHeadersSent()) != null;
        } catch (Http2Exception failure) {
            throw new IllegalStateException("Looking at streams does not fail", failure);
        }
    }
}
